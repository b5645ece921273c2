import { type BlockLayout, blocksPerRow, checkMatrix } from './block-layout.js';
import { roundToPackedBlocks } from './block-packed-rounding.js';
import { packBlockRows } from './block-packing.js';
import type { BlockParameters } from './block-parameters.js';
import { nearestNibbles, Rounder, saturated } from './block-rounding.js';
import { eachRun } from './block-runs.js';

/** Bits that no nibble has. */
const EXCESS = ~0xf;

/**
 * As `roundToBlocks`, row after row and packed as MatMulNBits reads it; see {@link packBlockRows}.
 *
 * @param into memory for the result, which may be used for it
 * @throws RangeError when lengths do not fit the layout
 */
export function roundToBlockRows(
  values: Float32Array,
  layout: BlockLayout,
  parameters: BlockParameters,
  into?: Uint8Array,
): Uint8Array {
  checkMatrix('values', values.length, layout);
  const { rows, columns, blockSize, transposed } = layout;
  if (!transposed && columns % blockSize === 0) return roundToPackedBlocks(values, layout, parameters, false, into);
  if (!transposed) return packBlockRows(nearestNibbles(values, layout, parameters), layout);
  const width = (blocksPerRow(layout) * blockSize) / 2;
  const packed = into?.subarray(0, rows * width).fill(0) ?? new Uint8Array(rows * width);
  const rounder = new Rounder(layout);
  const { inverses, shifts } = rounder;
  eachRun(layout, parameters, (run, start, end) => {
    rounder.begin(run);
    let column = start / rows;
    for (; (column + 4) * rows <= end; column += 4) turnFour(values, column, inverses, shifts, packed, width);
    for (; column * rows < end; column++) turn(values, column, inverses, shifts, packed, width);
  });
  return packed;
}

/** One column, into half a byte of each row. */
function turn(
  values: Float32Array,
  column: number,
  inverses: Float64Array,
  shifts: Float64Array,
  packed: Uint8Array,
  width: number,
): void {
  const start = column * inverses.length;
  const half = (column & 1) * 4;
  for (let row = 0, to = column >> 1; row < inverses.length; row++, to += width) {
    packed[to] |= saturated((values[start + row] * inverses[row] + shifts[row]) | 0) << half;
  }
}

/** Four columns from an even one on, into two bytes of each row. */
function turnFour(
  values: Float32Array,
  column: number,
  inverses: Float64Array,
  shifts: Float64Array,
  packed: Uint8Array,
  width: number,
): void {
  const rows = inverses.length;
  for (let row = 0, at = column * rows, to = column >> 1; row < rows; row++, at++, to += width) {
    const inverse = inverses[row];
    const shift = shifts[row];
    let a = (values[at] * inverse + shift) | 0;
    let b = (values[at + rows] * inverse + shift) | 0;
    let c = (values[at + 2 * rows] * inverse + shift) | 0;
    let d = (values[at + 3 * rows] * inverse + shift) | 0;
    if (((a | b | c | d) & EXCESS) !== 0) {
      a = saturated(a);
      b = saturated(b);
      c = saturated(c);
      d = saturated(d);
    }
    packed[to] = a | (b << 4);
    packed[to + 1] = c | (d << 4);
  }
}
