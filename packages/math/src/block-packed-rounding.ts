import { type BlockLayout, checkMatrix } from './block-layout.js';
import { packNibbles } from './block-packing.js';
import type { BlockParameters } from './block-parameters.js';
import { nearestNibbles, Rounder, saturated } from './block-rounding.js';
import { eachRun } from './block-runs.js';

/** Turns two nibbles of which 8 means zero into two's complement. */
const SIGNS = 0x88;

/** Bits that no nibble has. */
const EXCESS = ~0xf;

/**
 * As `roundToBlocks`, two nibbles in a byte; see {@link packNibbles}.
 *
 * @param into memory of at least half a byte for each number, which may be used for the result
 * @throws RangeError when lengths do not fit the layout
 */
export function roundToPackedBlocks(
  values: Float32Array,
  layout: BlockLayout,
  parameters: BlockParameters,
  signed = false,
  into?: Uint8Array,
): Uint8Array {
  checkMatrix('values', values.length, layout);
  const { rows, columns, transposed } = layout;
  if ((transposed ? rows : columns) % 2 !== 0) return packNibbles(nearestNibbles(values, layout, parameters), signed);
  const packed = into?.subarray(0, values.length / 2) ?? new Uint8Array(values.length / 2);
  const rounder = new Rounder(layout);
  const { inverses, shifts } = rounder;
  const flip = signed ? SIGNS : 0;
  eachRun(layout, parameters, (run, start, end) => {
    rounder.begin(run);
    if (!transposed) return packAlong(values, start, end, inverses[0], shifts[0], packed, flip);
    let line = start;
    for (; line + 4 * rows <= end; line += 4 * rows) packFourAcross(values, line, inverses, shifts, packed, flip);
    for (; line < end; line += rows) packAcross(values, line, inverses, shifts, packed, flip);
  });
  return packed;
}

function packAlong(
  values: Float32Array,
  start: number,
  end: number,
  inverse: number,
  shift: number,
  packed: Uint8Array,
  flip: number,
): void {
  for (let at = start; at < end; at += 2) {
    const low = saturated((values[at] * inverse + shift) | 0);
    const high = saturated((values[at + 1] * inverse + shift) | 0);
    packed[at >> 1] = (low | (high << 4)) ^ flip;
  }
}

/** One number of each row. */
function packAcross(
  values: Float32Array,
  start: number,
  inverses: Float64Array,
  shifts: Float64Array,
  packed: Uint8Array,
  flip: number,
): void {
  for (let row = 0, at = start; row < inverses.length; row += 2, at += 2) {
    const low = saturated((values[at] * inverses[row] + shifts[row]) | 0);
    const high = saturated((values[at + 1] * inverses[row + 1] + shifts[row + 1]) | 0);
    packed[at >> 1] = (low | (high << 4)) ^ flip;
  }
}

/** Four numbers of each row: parameters are read once, and one comparison tells that all eight nibbles fit. */
function packFourAcross(
  values: Float32Array,
  start: number,
  inverses: Float64Array,
  shifts: Float64Array,
  packed: Uint8Array,
  flip: number,
): void {
  const rows = inverses.length;
  const width = rows >> 1;
  for (let row = 0, at = start, to = start >> 1; row < rows; row += 2, at += 2, to++) {
    const inverse = inverses[row];
    const shift = shifts[row];
    const nextInverse = inverses[row + 1];
    const nextShift = shifts[row + 1];
    let a = (values[at] * inverse + shift) | 0;
    let b = (values[at + 1] * nextInverse + nextShift) | 0;
    let c = (values[at + rows] * inverse + shift) | 0;
    let d = (values[at + rows + 1] * nextInverse + nextShift) | 0;
    let e = (values[at + 2 * rows] * inverse + shift) | 0;
    let f = (values[at + 2 * rows + 1] * nextInverse + nextShift) | 0;
    let g = (values[at + 3 * rows] * inverse + shift) | 0;
    let h = (values[at + 3 * rows + 1] * nextInverse + nextShift) | 0;
    if (((a | b | c | d | e | f | g | h) & EXCESS) !== 0) {
      a = saturated(a);
      b = saturated(b);
      c = saturated(c);
      d = saturated(d);
      e = saturated(e);
      f = saturated(f);
      g = saturated(g);
      h = saturated(h);
    }
    packed[to] = (a | (b << 4)) ^ flip;
    packed[to + width] = (c | (d << 4)) ^ flip;
    packed[to + 2 * width] = (e | (f << 4)) ^ flip;
    packed[to + 3 * width] = (g | (h << 4)) ^ flip;
  }
}
