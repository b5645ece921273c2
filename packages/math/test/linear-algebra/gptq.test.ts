import { describe, expect, it } from '@jest/globals';
import {
  type AssignedBlocks,
  affineBlocks,
  type BlockLayout,
  blockExtremes,
  gptq,
  restoreFromBlocks,
  roundToBlocks,
  symmetricBlocks,
} from '../../src/index.js';
import { columnOrder } from '../../src/linear-algebra/gptq-order.js';

const numberAt = (values: ArrayLike<number>, index: number): number => values[index] ?? Number.NaN;

const pause = async () => {};

/** Seeded numbers from -1 to 1. */
function numbers(count: number, seed: number): Float64Array {
  let state = seed;
  return Float64Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

/** The Gram matrix of samples that depend on fewer numbers than they have. */
function dependentGram(columns: number, hidden: number, samples: number, seed: number): Float64Array {
  const mixing = numbers(hidden * columns, seed);
  const gram = new Float64Array(columns * columns);
  for (let sample = 0; sample < samples; sample++) {
    const causes = numbers(hidden, seed + 100 + sample);
    const noise = numbers(columns, seed + 900 + sample);
    const row = noise.map((value, column) => {
      return causes.reduce((sum, cause, at) => sum + cause * numberAt(mixing, at * columns + column), 0.1 * value);
    });
    for (const at of gram.keys()) {
      const product = numberAt(row, Math.floor(at / columns)) * numberAt(row, at % columns);
      gram[at] = numberAt(gram, at) + product;
    }
  }
  return gram;
}

/** The sum over rows of e G e^T, e being what a row lost. */
function loss(
  matrix: Float32Array,
  assigned: AssignedBlocks,
  { rows, columns, ...layout }: BlockLayout,
  gram: Float64Array,
) {
  const restored = new Float32Array(matrix.length);
  restoreFromBlocks(assigned.nibbles, { rows, columns, ...layout }, assigned.parameters, restored);
  let sum = 0;
  for (let row = 0; row < rows; row++) {
    const errors = Array.from({ length: columns }, (_, column) => {
      const at = row * columns + column;
      return numberAt(matrix, at) - numberAt(restored, at);
    });
    for (const [at, value] of gram.entries()) {
      sum += numberAt(errors, Math.floor(at / columns)) * numberAt(errors, at % columns) * value;
    }
  }
  return sum;
}

function nearest(matrix: Float32Array, layout: BlockLayout, symmetric: boolean): AssignedBlocks {
  const extremes = blockExtremes(matrix, layout);
  if (extremes === undefined) throw new Error('not finite');
  const parameters = symmetric ? symmetricBlocks(extremes) : affineBlocks(extremes);
  const nibbles = new Uint8Array(matrix.length);
  roundToBlocks(matrix, layout, parameters, nibbles);
  return { parameters, nibbles };
}

const LAYOUT = { rows: 6, columns: 72, blockSize: 32 };
const MATRIX = Float32Array.from(numbers(6 * 72, 5));
const GRAM = dependentGram(72, 10, 200, 7);

describe('gptq', () => {
  for (const symmetric of [true, false]) {
    const kind = symmetric ? 'symmetric' : 'asymmetric';

    it(`loses less than a quarter of what the nearest integers lose where inputs depend on each other, ${kind}`, async () => {
      const assigned = await gptq(MATRIX, LAYOUT, GRAM, { symmetric, damping: 0.01, sweeps: 0 }, pause);
      const ratio =
        loss(MATRIX, assigned, LAYOUT, GRAM) / loss(MATRIX, nearest(MATRIX, LAYOUT, symmetric), LAYOUT, GRAM);
      expect(ratio).toBeLessThan(0.25);
      expect(assigned.parameters.zeroPoints === undefined).toBe(symmetric);
    });

    it(`loses less with every sweep, ${kind}`, async () => {
      const damped = GRAM.slice();
      const trace = LAYOUT.columns ** -1 * GRAM.reduce((sum, value, at) => (at % 73 === 0 ? sum + value : sum), 0);
      for (let at = 0; at < damped.length; at += 73) damped[at] = numberAt(damped, at) + 0.01 * trace;
      const losses: number[] = [];
      for (const sweeps of [0, 1, 4]) {
        const assigned = await gptq(MATRIX, LAYOUT, GRAM, { symmetric, damping: 0.01, sweeps }, pause);
        losses.push(loss(MATRIX, assigned, LAYOUT, damped));
      }
      const [none = 0, one = 0, four = 0] = losses;
      expect(one).toBeLessThan(none);
      expect(four).toBeLessThan(one);
    });
  }

  it('keeps numbers that blocks hold exactly', async () => {
    const layout = { rows: 2, columns: 20, blockSize: 16 };
    const matrix = Float32Array.from({ length: 40 }, (_, at) => 0.5 * ((at % 16) - 8));
    const assigned = await gptq(
      matrix,
      layout,
      dependentGram(20, 4, 50, 3),
      { symmetric: true, damping: 0.05, sweeps: 1 },
      pause,
    );
    const restored = new Float32Array(40);
    restoreFromBlocks(assigned.nibbles, layout, assigned.parameters, restored);
    expect(restored.subarray(0, 16)).toEqual(matrix.subarray(0, 16));
  });

  it('rounds to a finite result where samples show nothing', async () => {
    const assigned = await gptq(
      MATRIX,
      LAYOUT,
      new Float64Array(72 * 72),
      { symmetric: true, damping: 0.05, sweeps: 1 },
      pause,
    );
    const identity = Float64Array.from({ length: 72 * 72 }, (_, at) => (at % 73 === 0 ? 1 : 0));
    const plain = loss(MATRIX, nearest(MATRIX, LAYOUT, true), LAYOUT, identity);
    expect(loss(MATRIX, assigned, LAYOUT, identity)).toBeLessThanOrEqual(plain);
  });

  it('refuses lengths that do not fit and Gram matrices that are not finite', async () => {
    const options = { symmetric: true, damping: 0.05, sweeps: 0 };
    await expect(gptq(MATRIX, LAYOUT, new Float64Array(4), options, pause)).rejects.toThrow(RangeError);
    await expect(gptq(MATRIX.subarray(1), LAYOUT, GRAM, options, pause)).rejects.toThrow(RangeError);
    const broken = new Float64Array(72 * 72).fill(Number.NaN);
    await expect(gptq(MATRIX, LAYOUT, broken, options, pause)).rejects.toThrow(RangeError);
  });
});

describe('the order of columns', () => {
  it('keeps the columns of a block together, the heaviest last', () => {
    const weights = [1, 9, 5, 2, 3];
    const gram = Float64Array.from({ length: 25 }, (_, at) => (at % 6 === 0 ? (weights[at / 6] ?? 0) : 0));
    const { columns, blocks } = columnOrder({ rows: 1, columns: 5, blockSize: 2 }, gram);
    expect([...columns]).toEqual([4, 3, 2, 0, 1]);
    expect(blocks).toEqual([
      { index: 2, first: 0, size: 1 },
      { index: 1, first: 1, size: 2 },
      { index: 0, first: 3, size: 2 },
    ]);
  });
});
