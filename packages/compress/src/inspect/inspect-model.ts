import { type Costs, countCosts, countNonZeroWeights, propagateShapes, type ShapeTable } from '@onnx-compress/graph';
import { type CompressModel, storedBytes } from '../compress-model.js';
import { opsetsOf } from '../files/file-record.js';
import type { Engine } from '../pipeline/engine.js';
import { assumedDims, modelSize } from '../pipeline/measure.js';
import { type LookOptions, withEngine } from '../pipeline/with-engine.js';
import type { ModelSize } from '../report/report.js';
import { type ModelCounts, modelCounts } from './counts.js';
import { type Port, portOf } from './ports.js';
import { requireDims } from './require-dims.js';
import { type ScopeRecord, scopesOf } from './scopes.js';
import { type LayerSize, layerSizes, matchNonZero, type OperatorSize, operatorSizes } from './sizes.js';
import { type Trial, tryTechniques } from './trials.js';

/** What is inside a model, as `compress inspect --json` prints it. */
export interface Inspection {
  readonly schemaVersion: 1;
  readonly irVersion: number;
  readonly opsets: Readonly<Record<string, number>>;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly size: ModelSize;
  /** Parameters, multiply-accumulates and zeros by all conventions in use. */
  readonly counts: ModelCounts;
  /** What counts as a multiply-accumulate. */
  readonly macConvention: string;
  /** Values assumed for symbolic dimensions when `macs` was counted. */
  readonly assumedDims: Readonly<Record<string, number>>;
  /** Bodies of If, Loop and Scan, and model-local functions. */
  readonly scopes: readonly ScopeRecord[];
  readonly operators: readonly OperatorSize[];
  readonly layers: readonly LayerSize[];
  /** What could be compressed, and why the rest could not. */
  readonly trials: readonly Trial[];
}

const MAC_CONVENTION =
  'one multiplication and addition of Conv, ConvTranspose, Gemm, MatMul or a recurrent layer; biases not counted';

/** Costs and the shapes that they were counted at; onnxruntime is asked only where rules do not tell all of them. */
async function costsAndShapes(
  { content }: CompressModel,
  { shapes: inference }: Engine,
  dims: ReadonlyMap<string, number>,
  signal: AbortSignal,
): Promise<{ readonly costs: Costs; readonly shapes: ShapeTable }> {
  const propagated = propagateShapes(content, dims);
  const costs = countCosts(content, propagated);
  if (costs.unknownMacs.length === 0) return { costs, shapes: propagated };
  const shapes = await inference.infer(content, dims, signal);
  return { costs: countCosts(content, shapes), shapes };
}

/**
 * Looks into a model: sizes by type, operator and layer, parameters, multiply-accumulates and zeros by all conventions
 * in use, and what a trial of pruning and quantization finds. Weights are streamed; changes nothing.
 *
 * @throws UsageError for a size of a dimension that the model does not leave open
 * @example const { counts, operators } = await inspectModel(await readModel('model.onnx'));
 */
export function inspectModel(model: CompressModel, options: LookOptions = {}): Promise<Inspection> {
  const { content } = model;
  return withEngine(options, async (engine, signal) => {
    requireDims([content], options.dims ?? {});
    const dims = assumedDims(content, options.dims ?? {});
    const { costs, shapes } = await costsAndShapes(model, engine, dims, signal);
    const nonZero = await countNonZeroWeights(content, shapes, { signal });
    const layers = layerSizes(costs.layers, matchNonZero(costs.layers, nonZero.layers));
    return {
      schemaVersion: 1,
      irVersion: content.irVersion,
      opsets: opsetsOf(content),
      inputs: content.graph.inputs.map(portOf),
      outputs: content.graph.outputs.map(portOf),
      size: modelSize(costs, storedBytes(model)),
      counts: modelCounts(costs, nonZero),
      macConvention: MAC_CONVENTION,
      assumedDims: Object.fromEntries(dims),
      scopes: scopesOf(content),
      operators: operatorSizes(content, layers),
      layers,
      trials: await tryTechniques(content, signal),
    };
  });
}
