import { type Context, yieldToEventLoop } from '@onnx-compress/core';
import { readFloats, Scratch } from '@onnx-compress/graph';
import { blockExtremes, coveringBlocks, roundRowAtRandom, transpose2d } from '@onnx-compress/math';
import type { WeightGroup } from '../../placement/weight-group.js';
import {
  type BlockFormat,
  type BlockMatrix,
  type BlockWeight,
  blockLayout,
  keptBlocks,
  nearestParameters,
} from '../block-format.js';
import { blockView, toLayout } from '../block-view.js';
import { STORED_WIDER } from '../half-scales.js';

/** Numbers between two pauses. */
const PAUSE_AFTER = 2 ** 18;

/**
 * Takes for each number the integer of its block below or above, with the probability that makes their mean the number
 * itself; scales are as wide as that needs. The integers follow from the seed of the run, the name of the weight and the
 * place in it. Half a byte is kept for each number.
 *
 * @returns all weights that are finite, by name
 * @throws CancelledError when the signal fires
 */
export async function roundAtRandom(
  groups: readonly WeightGroup[],
  format: BlockFormat,
  { random, signal, progress }: Pick<Context, 'random' | 'signal' | 'progress'>,
): Promise<ReadonlyMap<string, BlockWeight>> {
  const scratch = new Scratch();
  const weights = new Map<string, BlockWeight>();
  for (const [index, group] of groups.entries()) {
    const { name } = group.weight;
    const seed = random(`rounding/${name}`).integer(2 ** 32);
    const weight = await scratch.lend(group.tensor.byteLength, async (into) => {
      const values = await readFloats(group.tensor, into);
      return roundedWeight(matrixOf(values, group, format), format, seed, signal);
    });
    if (weight !== undefined) weights.set(name, weight);
    progress(index + 1, groups.length, name);
  }
  return weights;
}

/** A row for each output channel, as the integers of a weight are kept. */
function matrixOf(values: Float32Array, { tensor, channelAxis }: WeightGroup, { blockSize }: BlockFormat): BlockMatrix {
  const view = blockView(tensor.dims, channelAxis, blockSize);
  const { rows, columns, transposed } = view.layout;
  const { buffer, byteOffset, byteLength } = toLayout(values, view);
  if (!transposed) return { matrix: new Float32Array(buffer, byteOffset, byteLength / 4), rows, columns };
  const turned = transpose2d(new Uint8Array(buffer, byteOffset, byteLength), columns, rows, 4);
  return { matrix: new Float32Array(turned.buffer, turned.byteOffset, rows * columns), rows, columns };
}

async function roundedWeight(
  { matrix, rows, columns }: BlockMatrix,
  format: BlockFormat,
  seed: number,
  signal: Context['signal'],
): Promise<BlockWeight | undefined> {
  const layout = blockLayout({ rows, columns }, format);
  const extremes = blockExtremes(matrix, layout);
  const own = nearestParameters(matrix, layout, format)?.format;
  if (extremes === undefined || own === undefined) return undefined;
  const parameters = coveringBlocks(extremes, own.symmetric, STORED_WIDER[own.scaleType]);
  const nibbles = new Uint8Array(rows * columns);
  const rowsAtOnce = Math.max(1, Math.floor(PAUSE_AFTER / columns));
  for (let row = 0; row < rows; row++) {
    if (row % rowsAtOnce === 0) await yieldToEventLoop(signal);
    const target = nibbles.subarray(row * columns, (row + 1) * columns);
    roundRowAtRandom(matrix, layout, parameters, { row, seed }, target);
  }
  return keptBlocks({ rows, columns }, own, parameters, nibbles);
}
