import { type BlockLayout, blocksPerRow, checkMatrix, checkParameters, MIDDLE_NIBBLE } from './block-layout.js';
import type { BlockParameters } from './block-parameters.js';

/** Parameters of the numbers of a run: of one block, or of one block of each row for a transposed matrix. */
export interface RunParameters {
  readonly scales: Float64Array;
  readonly zeroPoints: Float64Array;
}

/** Goes on with the numbers from `start` to before `end`; the parameters are overwritten after it. */
type Visit = (run: RunParameters, start: number, end: number) => void;

/** Neighbouring rows, or blocks of all rows of a transposed matrix: either way they lie together in memory. */
export interface Bands {
  readonly first: number;
  readonly count: number;
}

/** How many bands a matrix has; see {@link Bands}. */
export function bandsOf(layout: BlockLayout): number {
  return layout.transposed ? blocksPerRow(layout) : layout.rows;
}

/**
 * Goes through a matrix, or some bands of it, in memory order: in runs of one block of one row, or of one block of all
 * rows, which take turns, for a transposed one.
 *
 * @throws RangeError when parameters do not fit the layout
 */
export function eachRun(
  layout: BlockLayout,
  parameters: BlockParameters,
  visit: Visit,
  { first, count }: Bands = { first: 0, count: bandsOf(layout) },
): void {
  checkParameters('scales', parameters.scales.length, layout);
  if (parameters.zeroPoints !== undefined) checkParameters('zero points', parameters.zeroPoints.length, layout);
  const { rows, columns, blockSize, transposed } = layout;
  const blocks = blocksPerRow(layout);
  const width = transposed ? rows : 1;
  const run = { scales: new Float64Array(width), zeroPoints: new Float64Array(width).fill(MIDDLE_NIBBLE) };
  for (let band = first; band < first + count; band++) {
    for (let block = transposed ? band : 0; block < (transposed ? band + 1 : blocks); block++) {
      take(parameters, transposed ? block : band * blocks + block, blocks, run);
      const start = transposed ? 0 : band * columns;
      visit(run, start + block * blockSize * width, start + Math.min((block + 1) * blockSize, columns) * width);
    }
  }
}

/** Every `stride`-th parameter. */
function take({ scales, zeroPoints }: BlockParameters, first: number, stride: number, run: RunParameters): void {
  for (let at = first, index = 0; index < run.scales.length; at += stride, index++) {
    run.scales[index] = scales[at];
    if (zeroPoints !== undefined) run.zeroPoints[index] = zeroPoints[at];
  }
}

/** @throws RangeError when there is not one number of each for each of the matrix */
export function checkRuns(values: number, nibbles: number, layout: BlockLayout): void {
  checkMatrix('values', values, layout);
  checkMatrix('nibbles', nibbles, layout);
}
