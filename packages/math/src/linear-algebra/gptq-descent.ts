import { factorSteps } from './cholesky.js';
import type { BlockSearch, Triangle } from './gptq-block.js';
import type { OrderedBlock } from './gptq-order.js';
import type { OrderedRows } from './gptq-rows.js';
import { addRows, divideByLower, divideByTransposed } from './gptq-triangle.js';
import type { Steps } from './pacing.js';

/** A new choice must be better by this part at least, so that rounding errors end the descent. */
const LEAST_GAIN = 1e-9;

/** The Cholesky factors of the squares on the diagonal that belong to the blocks. */
function* blockFactors(
  metric: Float64Array,
  size: number,
  blocks: readonly OrderedBlock[],
): Steps<readonly Triangle[]> {
  const factors: Triangle[] = [];
  for (const { first, size: own } of blocks) {
    const values = new Float64Array(own * own);
    for (let row = 0; row < own; row++) {
      const start = (first + row) * size + first;
      values.set(metric.subarray(start, start + own), row * own);
    }
    yield* factorSteps(values, own);
    factors.push({ values, start: 0, stride: own });
  }
  return factors;
}

/**
 * Chooses each block of each row once more while all others stay as they are: coordinate descent by blocks on e H e^T, e
 * being the errors of a row. Never makes a row worse.
 *
 * @param metric H, in the order of the rows; symmetric positive definite
 */
export function* descendSteps(
  rows: OrderedRows,
  metric: Float64Array,
  search: BlockSearch,
  sweeps: number,
): Steps<void> {
  const { columns } = rows.layout;
  const { blocks } = rows.order;
  const factors = yield* blockFactors(metric, columns, blocks);
  const gradient = new Float64Array(columns);
  const errors = blocks.map(({ size }) => new Float64Array(size));
  for (let row = 0; row < rows.layout.rows; row++) {
    gradient.fill(0);
    for (let at = 0; at < blocks.length; at++) {
      const block = blocks[at];
      rows.errors(row, block, errors[at]);
      addRows(gradient, errors[at], { values: metric, start: block.first * columns, stride: columns }, columns);
    }
    for (let sweep = 0; sweep < sweeps; sweep++) {
      for (let at = 0; at < blocks.length; at++) {
        const block = blocks[at];
        chooseAgain(rows, row, block, { gradient, errors: errors[at], factor: factors[at], metric, search });
      }
    }
    yield;
  }
}

/** What one block is chosen by. */
interface Surroundings {
  /** H times the errors of the row. */
  readonly gradient: Float64Array;
  readonly errors: Float64Array;
  readonly factor: Triangle;
  readonly metric: Float64Array;
  readonly search: BlockSearch;
}

function chooseAgain(rows: OrderedRows, row: number, block: OrderedBlock, around: Surroundings): void {
  const { gradient, errors, factor, metric, search } = around;
  const { columns } = rows.layout;
  const { first, size } = block;
  const step = gradient.slice(first, first + size);
  divideByTransposed(step, factor);
  const before = step.reduce((sum, value) => sum + value * value, 0) * (1 - LEAST_GAIN);
  divideByLower(step, factor);
  const targets = new Float64Array(size);
  const shift = step.map((value, at) => value - errors[at]);
  rows.targets(row, block, shift, targets);
  rows.load(row, block, search);
  search.error = before;
  search.refine(targets, factor);
  if (!(search.error < before)) return;
  rows.store(row, block, search);
  const changed = errors.slice();
  rows.errors(row, block, errors);
  for (let at = 0; at < size; at++) changed[at] = errors[at] - changed[at];
  addRows(gradient, changed, { values: metric, start: first * columns, stride: columns }, columns);
}
