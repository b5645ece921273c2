import { type Calibration, type Context, type LayerRepair, pickSamples, yieldToEventLoop } from '@onnx-compress/core';
import { computedTensor, floatsToTensor, type Model, readFloats, type Tensor } from '@onnx-compress/graph';
import { dequantizeSymmetric, quantizeSymmetric, roundByGram, roundHalfToEven } from '@onnx-compress/math';
import {
  type CentredGram,
  inputGrams,
  type LinearLayer,
  linearLayer,
  readWeightMatrix,
  writeWeightMatrix,
} from '@onnx-compress/recovery';
import { noBetterRounding } from '../messages.js';
import type { WeightGroup } from '../placement/weight-group.js';
import { isFine } from '../weights/fine-weight.js';
import { type Int8Scales, layoutOf } from '../weights/int8-weight.js';
import { type Outputs, outputEnergy } from './output-energy.js';

/** Inputs of one output channel, at most: the Gram matrix takes 8 bytes for each pair of them. */
const MOST_COLUMNS = 2304;

/** Every so many samples one is held out to judge by. */
const HELD_OUT_EVERY = 5;

/** Rounding errors are averaged over all rows of a layer, so that few samples do. */
const MOST_SAMPLES = 128;

const RANGE = { low: -127, high: 127 };

/** A part of the mean diagonal that is added to the diagonal, for directions that the samples do not show. */
const DAMPING = 0.01;

/** A layer whose weight is to be rounded. */
interface Rounded {
  readonly group: WeightGroup;
  readonly int8: Int8Scales;
  readonly layer: LinearLayer;
  /** Integers in the order of the weight matrix. */
  integers: Int8Array;
}

/** What came of it. */
export interface AdaptiveRounding {
  /** Weights that round to other integers than the nearest. */
  readonly tensors: ReadonlyMap<WeightGroup, Tensor>;
  readonly repairs: readonly LayerRepair[];
}

function roundedOf(group: WeightGroup, int8: Int8Scales): readonly Rounded[] {
  const [first, ...others] = group.layers;
  const layer = linearLayer(first.node);
  if (layer === undefined || others.length > 0 || layer.columns > MOST_COLUMNS || isFine(int8)) return [];
  if (group.tensor.dataType !== 'float32' || first.node.float('alpha', 1) !== 1) return [];
  const perOutput = int8.axis === layer.contraction.outputAxis && int8.scales.length === layer.outputs;
  const fits = int8.axis === undefined || perOutput;
  return fits ? [{ group, int8, layer, integers: new Int8Array(0) }] : [];
}

function damped({ products, columns }: CentredGram): Float64Array {
  const gram = products.slice();
  let trace = 0;
  for (let at = 0; at < gram.length; at += columns + 1) trace += gram[at] ?? 0;
  for (let at = 0; at < gram.length; at += columns + 1) gram[at] = (gram[at] ?? 0) + (DAMPING * trace) / columns;
  return gram;
}

const scaleAt = ({ axis, scales }: Int8Scales, row: number): number => scales[axis === undefined ? 0 : row] ?? 1;

/** Rounds the rows of a layer, each by what its group is fed with. */
async function round(
  { int8, layer }: Rounded,
  grams: readonly CentredGram[],
  signal: Context['signal'],
): Promise<Int8Array> {
  const matrix = await readWeightMatrix(layer);
  const integers = new Int8Array(matrix.length);
  const { outputs, columns } = layer;
  const perGroup = outputs / grams.length;
  for (const [group, gram] of grams.entries()) {
    const products = damped(gram);
    for (let row = group * perGroup; row < (group + 1) * perGroup; row++) {
      await yieldToEventLoop(signal);
      const scale = scaleAt(int8, row);
      const targets = matrix.subarray(row * columns, (row + 1) * columns).map((value) => value / scale);
      roundByGram(targets, products, RANGE, integers.subarray(row * columns, (row + 1) * columns));
    }
  }
  return integers;
}

/** What is held in memory of a rounded weight: a byte for each of its numbers. */
async function tensorOf({ group, int8, layer, integers }: Rounded): Promise<Tensor> {
  const { dims } = group.tensor;
  const layout = layoutOf(dims, int8.axis);
  const matrix = Float64Array.from(integers, (value, at) => value * scaleAt(int8, Math.floor(at / layer.columns)));
  writeWeightMatrix(layer, matrix);
  const inOrder = new Int8Array(matrix.length);
  quantizeSymmetric(await readFloats(group.weight.tensor), layout, int8.scales, inOrder);
  group.weight.replace(group.tensor);
  return computedTensor('float32', dims, async () => {
    const values = new Float32Array(inOrder.length);
    dequantizeSymmetric(inOrder, layout, int8.scales, values);
    return floatsToTensor('float32', dims, values).bytes();
  });
}

/** Calibration samples that integers are chosen by, and others to judge them by; the same ones where there are few. */
export function shares({ count, ...rest }: Calibration): {
  readonly fitting: Calibration;
  readonly judging: Calibration;
} {
  const used = Math.min(count, MOST_SAMPLES);
  const isUsed = (index: number) => Math.floor((index * used) / count) < Math.floor(((index + 1) * used) / count);
  const calibration = { count, ...rest };
  const isHeldOut = (index: number) => index % HELD_OUT_EVERY === HELD_OUT_EVERY - 1;
  if (used < HELD_OUT_EVERY) return { fitting: calibration, judging: calibration };
  return {
    fitting: pickSamples(calibration, (index) => isUsed(index) && !isHeldOut(index)),
    judging: pickSamples(calibration, (index) => isUsed(index) && isHeldOut(index)),
  };
}

/** What the integers of a layer lose on samples held out, against the nearest ones. */
async function judge({ int8, layer, integers, group }: Rounded, outputs: Outputs): Promise<LayerRepair> {
  const matrix = await readWeightMatrix(layer);
  const energy = (await outputEnergy(matrix, outputs)) || 1;
  const errorOf = async (integerAt: (value: number, at: number, scale: number) => number) => {
    const errors = matrix.map((value, at) => {
      const scale = scaleAt(int8, Math.floor(at / layer.columns));
      return integerAt(value, at, scale) * scale - value;
    });
    return (await outputEnergy(errors, outputs)) / energy;
  };
  const nearest = (value: number, _: number, scale: number) =>
    Math.min(RANGE.high, Math.max(RANGE.low, roundHalfToEven(value / scale)));
  const errorBefore = await errorOf(nearest);
  const errorAfter = await errorOf((_, at) => integers[at] ?? 0);
  const repair = { node: group.layers[0].node.label, method: 'rounding', errorBefore, errorAfter } as const;
  return errorAfter < errorBefore ? repair : { ...repair, reason: noBetterRounding() };
}

/**
 * Chooses for each weight the integers that change the outputs of its layer least on samples, rather than the nearest; by
 * coordinate descent on the Gram matrix of what the layer is fed with. What does not help on samples held out is dropped.
 * Layers that share a weight, those with more than 2304 inputs to an output, and weights of 10 bits keep the nearest integers.
 *
 * @throws CancelledError when the signal fires
 */
export async function roundAdaptively(
  model: Model,
  weights: ReadonlyMap<WeightGroup, { readonly int8: Int8Scales }>,
  context: Context,
): Promise<AdaptiveRounding> {
  const { calibration, signal, progress } = context;
  const all = [...weights].flatMap(([group, { int8 }]) => roundedOf(group, int8));
  if (calibration === undefined || all.length === 0) return { tensors: new Map(), repairs: [] };
  const byNode = new Map(all.map((one) => [one.layer.node, one]));
  const layers = all.map(({ layer }) => layer);
  const { fitting, judging } = shares(calibration);
  let done = 0;
  await inputGrams(model, layers, { ...context, calibration: fitting }, async ({ node }, grams) => {
    const one = byNode.get(node);
    if (one !== undefined) one.integers = await round(one, grams, signal);
    progress(++done, 2 * layers.length, node.label);
  });
  const tensors = new Map<WeightGroup, Tensor>();
  const repairs: LayerRepair[] = [];
  await inputGrams(model, layers, { ...context, calibration: judging }, async ({ node }, grams) => {
    const one = byNode.get(node);
    if (one === undefined) return;
    const repair = await judge(one, { layer: one.layer, grams, signal });
    repairs.push(repair);
    if (repair.reason === undefined) tensors.set(one.group, await tensorOf(one));
    progress(++done, 2 * layers.length, node.label);
  });
  return { tensors, repairs };
}
