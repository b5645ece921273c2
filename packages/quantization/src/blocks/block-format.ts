import {
  affineBlocks,
  type BlockExtremes,
  type BlockLayout,
  type BlockParameters,
  blockExtremes,
  packUint4,
  restoreFromBlocks,
  roundToBlocks,
  symmetricBlocks,
  unpackUint4,
} from '@onnx-compress/math';
import { holdsHalves, type ScaleType, STORED } from './half-scales.js';

/** How the numbers of a weight share scales. */
export interface BlockFormat {
  readonly bits: 4;
  /** Neighbours along the axis that a product sums over which share a scale: a power of two, 16 to 256. */
  readonly blockSize: number;
  /** `scale * (nibble - 8)`; without symmetry each block has a zero point of its own. */
  readonly symmetric: boolean;
  readonly scaleType: ScaleType;
}

/** A weight as a matrix of float32, row after row: a row for each output channel, a column for each number it sums. */
export interface BlockMatrix {
  readonly matrix: Float32Array;
  readonly rows: number;
  readonly columns: number;
}

/** A weight in blocks. */
export interface BlockWeight {
  readonly format: BlockFormat;
  readonly rows: number;
  readonly columns: number;
  /** One scale for each block, [rows, blocks]; signs may be negative. */
  readonly parameters: BlockParameters;
  /**
   * The nibbles, 0 to 15, two in a byte, row after row without gaps; kept where a search chose them. Elsewhere they are
   * the nearest ones.
   */
  readonly integers?: Uint8Array;
}

/** What an assignment may look at. */
export interface AssignmentSubject extends BlockMatrix {
  /** The Gram matrix of what the weight is multiplied with, [columns, columns], where there are samples. */
  readonly gram?: Float64Array;
}

/** The matrix as the kernels of the math package see it. */
export function blockLayout(
  { rows, columns }: Pick<BlockWeight, 'rows' | 'columns'>,
  { blockSize }: Pick<BlockFormat, 'blockSize'>,
): BlockLayout {
  return { rows, columns, blockSize };
}

/** What a weight is rounded with, and the format that this has. */
export type ScaledBlocks = Pick<BlockWeight, 'format' | 'parameters'>;

/**
 * The scales with which rounding to the nearest integer is off by half a step at most, as they are stored: in float32
 * where float16 is too coarse for the weight.
 *
 * @returns undefined when the values hold NaN or infinities
 */
export function nearestParameters(
  values: Float32Array,
  layout: BlockLayout,
  format: BlockFormat,
): ScaledBlocks | undefined {
  const extremes = blockExtremes(values, layout);
  if (extremes === undefined) return undefined;
  const wide = { ...format, scaleType: 'float32' } as const;
  const exact = parametersFor(extremes, wide);
  if (format.scaleType === 'float32') return { format, parameters: exact };
  const parameters = parametersFor(extremes, format);
  const isHeld = holdsHalves(extremes, format.blockSize, [exact, parameters]);
  return isHeld ? { format, parameters } : { format: wide, parameters: exact };
}

function parametersFor(extremes: BlockExtremes, { symmetric, scaleType }: BlockFormat): BlockParameters {
  return symmetric ? symmetricBlocks(extremes, STORED[scaleType]) : affineBlocks(extremes, STORED[scaleType]);
}

/** The nearest nibbles of a matrix, one in a byte. */
export function roundBlocks({ matrix, rows, columns }: BlockMatrix, format: BlockFormat, parameters: BlockParameters) {
  const nibbles = new Uint8Array(rows * columns);
  roundToBlocks(matrix, blockLayout({ rows, columns }, format), parameters, nibbles);
  return nibbles;
}

/** The numbers that a weight stands for, row after row; its nibbles are those kept, or the nearest of `nearest`. */
export function restoreBlocks(weight: BlockWeight, nearest?: Uint8Array): Float32Array {
  const { rows, columns, format, parameters, integers } = weight;
  const nibbles = integers ? unpackUint4(integers, rows * columns) : nearest;
  const restored = new Float32Array(rows * columns);
  restoreFromBlocks(nibbles ?? new Uint8Array(), blockLayout(weight, format), parameters, restored);
  return restored;
}

/** A weight whose integers were chosen by a search. */
export function keptBlocks(
  { rows, columns }: Pick<BlockWeight, 'rows' | 'columns'>,
  format: BlockFormat,
  parameters: BlockParameters,
  nibbles: Uint8Array,
): BlockWeight {
  return { format, rows, columns, parameters, integers: packUint4(nibbles) };
}
