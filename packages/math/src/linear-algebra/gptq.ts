import { type BlockLayout, checkMatrix } from '../block-layout.js';
import { lengthMismatch } from '../messages.js';
import type { StoreScale } from '../stored-scale.js';
import { factorSteps } from './cholesky.js';
import { BlockSearch } from './gptq-block.js';
import { descendSteps } from './gptq-descent.js';
import { columnOrder } from './gptq-order.js';
import { type AssignedBlocks, OrderedRows } from './gptq-rows.js';
import { addRows, divideByLower } from './gptq-triangle.js';
import { type Pause, paced, type Steps } from './pacing.js';

/** How a matrix is to be rounded. */
export interface GptqOptions {
  /** One zero point for all blocks, in the middle of the nibbles. */
  readonly symmetric: boolean;
  /** Part of the mean diagonal of the Gram matrix that is added to its diagonal, for what samples do not show. */
  readonly damping: number;
  /** How often all blocks are chosen once more; 0 is GPTQ alone. */
  readonly sweeps: number;
  /** What becomes of a scale before numbers are rounded with it; nearest float32 when left out. */
  readonly store?: StoreScale;
}

/**
 * Rounds a matrix W to blocks of 4-bit numbers Q such that (W - Q) G (W - Q)^T is small, where G is the Gram matrix of what the
 * rows are multiplied with: the error of the products rather than that of the numbers.
 *
 * GPTQ rounds column after column and lets those that are left make up for what was lost. With a factor H = L L^T of the
 * damped Gram matrix this is done without its inverse, from the last column to the first: what is left for a column k is
 * row k of L times the errors so far. The last columns weigh most; blocks stay together, so that a block finds its scale
 * when all that it is to make up for is known. Then each block is chosen again in view of all others.
 *
 * Sources: Frantar et al., GPTQ, arXiv:2210.17323; Chen et al., The Geometry of LLM Quantization: GPTQ as Babai's Nearest
 * Plane Algorithm, arXiv:2507.18553.
 *
 * @param matrix rows x columns
 * @param layout not transposed
 * @param gram columns x columns, symmetric
 * @param pause called about every 25 ms
 * @throws RangeError when lengths do not fit, or the damped Gram matrix is not positive definite
 * @example
 * const { parameters, nibbles } = await gptq(matrix, layout, gram, { symmetric: true, damping: 0.05, sweeps: 2 }, pause);
 */
export function gptq(
  matrix: Float32Array,
  layout: BlockLayout,
  gram: Float64Array,
  options: GptqOptions,
  pause: Pause,
): Promise<AssignedBlocks> {
  return paced(gptqSteps(matrix, layout, gram, options), pause);
}

function* gptqSteps(
  matrix: Float32Array,
  layout: BlockLayout,
  gram: Float64Array,
  { symmetric, damping, sweeps, store = Math.fround }: GptqOptions,
): Steps<AssignedBlocks> {
  const { columns, blockSize } = layout;
  checkMatrix('matrix', matrix.length, layout);
  if (gram.length !== columns * columns) throw lengthMismatch('gram', gram.length, columns * columns);
  const rows = new OrderedRows(matrix, layout, columnOrder(layout, gram));
  const metric = yield* dampedSteps(gram, rows.order.columns, damping);
  const factor = metric.slice();
  if (!(yield* factorSteps(factor, columns))) throw new RangeError('the damped Gram matrix is not positive definite');
  const search = new BlockSearch(blockSize, symmetric, store);
  yield* roundSteps(rows, factor, search);
  if (sweeps > 0) yield* descendSteps(rows, metric, search, sweeps);
  return rows.assigned(symmetric);
}

/** The Gram matrix in another order, with more on its diagonal. */
function* dampedSteps(gram: Float64Array, order: Int32Array, damping: number): Steps<Float64Array> {
  const size = order.length;
  const damped = new Float64Array(size * size);
  let trace = 0;
  for (let row = 0; row < size; row++) {
    const start = order[row] * size;
    for (let column = 0; column < size; column++) damped[row * size + column] = gram[start + order[column]];
    trace += gram[start + order[row]];
    yield;
  }
  const added = trace > 0 ? (damping * trace) / size : 1;
  for (let at = 0; at < damped.length; at += size + 1) damped[at] += added;
  return damped;
}

/** Chooses block after block, from the last position to the first. */
function* roundSteps(rows: OrderedRows, factor: Float64Array, search: BlockSearch): Steps<void> {
  const { columns } = rows.layout;
  const shifts = new Float64Array(rows.layout.rows * columns);
  for (const block of [...rows.order.blocks].reverse()) {
    const { first, size } = block;
    const triangle = { values: factor, start: first * columns + first, stride: columns };
    const targets = new Float64Array(size);
    for (let row = 0; row < rows.layout.rows; row++) {
      const start = row * columns;
      const own = shifts.subarray(start + first, start + first + size);
      divideByLower(own, triangle);
      rows.targets(row, block, own, targets);
      search.error = Number.POSITIVE_INFINITY;
      search.search(targets, triangle);
      rows.store(row, block, search);
      rows.errors(row, block, targets);
      addRows(shifts.subarray(start, start + first), targets, { ...triangle, start: first * columns }, first);
      yield;
    }
  }
}
