import type { Change, Context } from '@onnx-compress/core';
import { countLayerCosts, type Model } from '@onnx-compress/graph';
import { sampleDims } from '@onnx-compress/recovery';
import { operationsUnknown } from '../messages.js';
import type { LayerChoice } from './layer-choices.js';

const FLOAT_BITS = 32;

/** Bits of what a layer multiplies its weights with. */
const ACTIVATION_BITS: ReadonlyMap<unknown, number> = new Map([
  ['static', 8],
  ['dynamic', 8],
  ['float16', 16],
]);

/** Bits of a weight: those that its technique reports, or those that its bytes come to. */
function weightBits({ weightBits: reported, bytesBefore, bytesAfter }: Change): number {
  if (typeof reported === 'number') return reported;
  const known = typeof bytesBefore === 'number' && typeof bytesAfter === 'number' && bytesBefore > 0;
  return known ? Math.max(1, Math.round((FLOAT_BITS * bytesAfter) / bytesBefore)) : FLOAT_BITS;
}

/** Multiply-accumulates of one run, by the label of the layer. */
export async function macsByLayer(model: Model, context: Context): Promise<ReadonlyMap<string, number>> {
  const { calibration, shapes, dims, signal } = context;
  const sizes = calibration === undefined ? dims : await sampleDims(model, calibration, dims);
  const costs = countLayerCosts(model, await shapes.infer(model, sizes, signal));
  const unknown = costs.find(({ macs }) => macs === undefined);
  if (unknown !== undefined) throw operationsUnknown(unknown.label);
  return new Map(costs.map(({ label, macs = 0 }) => [label, macs]));
}

/** Multiply-accumulates of some layers times the bits of both factors in floats (Baskin et al., UNIQ, 2018). */
export function floatOperations(labels: Iterable<string>, macs: ReadonlyMap<string, number>): number {
  let sum = 0;
  for (const label of labels) sum += (macs.get(label) ?? 0) * FLOAT_BITS * FLOAT_BITS;
  return sum;
}

/** The same with the layers in a format. Where several weights of a layer change, the widest counts. */
export function operationsOf(
  labels: readonly string[],
  { changes }: LayerChoice,
  macs: ReadonlyMap<string, number>,
): number {
  return labels.reduce((sum, label) => {
    const own = changes.filter(({ node }) => node === label);
    if (own.length === 0) return sum + floatOperations([label], macs);
    const bits = own.map((change) => weightBits(change) * (ACTIVATION_BITS.get(change.form) ?? FLOAT_BITS));
    return sum + (macs.get(label) ?? 0) * Math.max(...bits);
  }, 0);
}
