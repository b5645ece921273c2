import type { Model } from '@onnx-compress/graph';
import type { Engine } from '../axes/engine.js';
import type { LatencyCosts } from '../criteria/latency-costs.js';
import { CostState } from './cost-state.js';
import type { ModelCounts } from './count-model.js';
import { footprintsOf } from './footprints.js';
import { KeptShapes } from './kept-shapes.js';
import { latencyOf } from './latency.js';
import { macTerms } from './multiplications.js';
import { nodeWork } from './node-work.js';
import { bytesPerElement, weightTerms } from './stored-weights.js';
import type { CostFunction, CostName } from './term.js';

const NO_TIME: LatencyCosts = { nodes: {}, elsewhere: 0 };

/**
 * The costs of a model as a function of the units that are removed. Multiply-accumulates, parameters and weight bytes
 * are exact; the structure of the file around the weights counts as it is in the original; time is a prediction.
 *
 * @param names the costs that are wanted
 * @param latency needed for the time
 */
export function costModel(
  model: Model,
  engine: Engine,
  counts: ModelCounts,
  names: readonly CostName[],
  latency: LatencyCosts = NO_TIME,
): CostState {
  const shapes = new KeptShapes(engine, counts.shapes);
  const graphs = [model.graph, ...model.functions];
  const functions: Readonly<Record<CostName, () => CostFunction>> = {
    macs: () => ({ total: counts.macs, terms: graphs.flatMap((graph) => macTerms(graph, shapes)) }),
    parameters: () => ({ total: counts.parameters, terms: weightTerms(engine, shapes, () => 1) }),
    bytes: () => ({ total: counts.bytes, terms: weightTerms(engine, shapes, bytesPerElement) }),
    latency: () => latencyOf(latency, nodeWork(model.walk(), shapes)),
  };
  const costs = new Map(names.map((name) => [name, functions[name]()]));
  return new CostState(costs, footprintsOf(engine, shapes.factors));
}
