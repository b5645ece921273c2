import { type BlockParameters, restoreFromBlocks, roundToBlocks, transpose2d, unpackUint4 } from '@onnx-compress/math';
import type { BlockFormat, BlockWeight } from './block-format.js';
import { type BlockView, bytesFromLayout, bytesToLayout, floatsFromLayout, toLayout } from './block-view.js';

/** How one weight is stored in blocks. Its nibbles are found when they are asked for, unless a search chose them. */
export interface ChosenBlocks {
  /** With the type that the scales are rounded to. */
  readonly format: BlockFormat;
  readonly view: BlockView;
  /** [rows, blocks]. */
  readonly parameters: BlockParameters;
  /** See `BlockWeight.integers`. */
  readonly integers?: BlockWeight['integers'];
}

/** The nibbles of a weight, one in a byte, in the order of its numbers. */
export function nibblesOf(values: Float32Array, { view, parameters, integers }: ChosenBlocks): Uint8Array {
  if (integers !== undefined) return keptNibbles(integers, view);
  const nibbles = new Uint8Array(values.length);
  roundToBlocks(toLayout(values, view), view.layout, parameters, nibbles);
  return bytesFromLayout(nibbles, view);
}

/** The numbers that nibbles stand for, both in the order of the weight. */
export function floatsOfNibbles(nibbles: Uint8Array, { view, parameters }: ChosenBlocks): Float32Array {
  const restored = new Float32Array(nibbles.length);
  restoreFromBlocks(bytesToLayout(nibbles, view), view.layout, parameters, restored);
  return floatsFromLayout(restored, view);
}

/** What blocks make of a weight. */
export function roundedByBlocks(values: Float32Array, chosen: ChosenBlocks): Float32Array {
  return floatsOfNibbles(nibblesOf(values, chosen), chosen);
}

function keptNibbles(integers: Uint8Array, view: BlockView): Uint8Array {
  const { rows, columns, transposed } = view.layout;
  const nibbles = unpackUint4(integers, rows * columns);
  return transposed ? transpose2d(nibbles, rows, columns, 1) : bytesFromLayout(nibbles, view);
}
