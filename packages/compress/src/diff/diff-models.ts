import type { CompressModel } from '../compress-model.js';
import { requireDims } from '../inspect/require-dims.js';
import { measureModel } from '../pipeline/measured-model.js';
import { type LookOptions, withEngine } from '../pipeline/with-engine.js';
import type { ModelSize } from '../report/report.js';
import { counterparts } from './counterparts.js';
import { diffNodes, type NodeDifference } from './nodes.js';
import { pairNodes } from './pair-nodes.js';
import { diffPorts, diffProperties, type PortDifference, type PropertyChange } from './properties.js';
import { compareWeights, type WeightDifference } from './weights.js';

/** Difference of two models, as `compress diff --json` prints it. */
export interface ModelDiff {
  readonly schemaVersion: 1;
  readonly before: ModelSize;
  readonly after: ModelSize;
  /** Values assumed for symbolic dimensions when `macs` was counted. */
  readonly assumedDims: Readonly<Record<string, number>>;
  /** True where nothing that is compared differs: nodes, weights, inputs, outputs, properties. */
  readonly same: boolean;
  readonly nodes: NodeDifference;
  readonly weights: WeightDifference;
  readonly inputs: PortDifference;
  readonly outputs: PortDifference;
  /** Versions, producer and metadata that differ. */
  readonly properties: readonly PropertyChange[];
}

const isEmpty = (difference: NodeDifference | WeightDifference | PortDifference) =>
  Object.values(difference).every((list) => list.length === 0);

/**
 * Compares two models: sizes, operators, connections, attributes, weights and their values, inputs and outputs,
 * versions. Nodes and weights are matched by name; those without a match by shape and place, so that a model that was
 * exported again under other names is recognized. Both must be as they were read.
 *
 * @throws UsageError for a size of a dimension that neither model leaves open
 * @example const { before, after, nodes, weights } = await diffModels(await readModel('a.onnx'), await readModel('b.onnx'));
 */
export function diffModels(before: CompressModel, after: CompressModel, options: LookOptions = {}): Promise<ModelDiff> {
  const { dims = {} } = options;
  return withEngine(options, async (engine, signal) => {
    requireDims([before.content, after.content], dims);
    const first = await measureModel(before, engine, dims, signal);
    const second = await measureModel(after, engine, dims, signal);
    const [a, b] = [before.content, after.content];
    const paired = pairNodes(a, b);
    const { difference: weights, pairs } = await compareWeights(a, b, paired.pairs);
    const nodes = diffNodes(paired, counterparts(a, b, paired.pairs, pairs));
    const inputs = diffPorts(a.graph.inputs, b.graph.inputs);
    const outputs = diffPorts(a.graph.outputs, b.graph.outputs);
    const properties = diffProperties(a, b);
    return {
      schemaVersion: 1,
      before: first.size,
      after: second.size,
      assumedDims: { ...second.assumedDims, ...first.assumedDims },
      same: [nodes, weights, inputs, outputs].every(isEmpty) && properties.length === 0,
      nodes,
      weights,
      inputs,
      outputs,
      properties,
    };
  });
}
