import { afterAll, describe, expect, it } from '@jest/globals';
import { present } from '@onnx-compress/graph';
import { type CentredGram, centredGram } from '@onnx-compress/recovery';
import { randomValues } from '@onnx-compress/test-kit';
import { closeHost, runtimeContext } from '@onnx-compress/test-kit/runtime';
import { findDamping } from '../src/blocks/assignment/damping-search.js';
import { sampleHalves } from '../src/blocks/assignment/sample-halves.js';
import type { BlockFormat } from '../src/blocks/block-format.js';

afterAll(closeHost);

const FORMAT: BlockFormat = { bits: 4, blockSize: 32, symmetric: false, scaleType: 'float16' };
const COLUMNS = 64;
const OUTPUTS = 24;

/** Inputs of 64 columns which follow from eight numbers, but for noise. */
function inputs(rows: number): { readonly rows: number; readonly columns: number; readonly values: Float32Array } {
  const [hidden, mixing, noise] = [
    randomValues(rows * 8, 1),
    randomValues(8 * COLUMNS, 2),
    randomValues(rows * COLUMNS, 3),
  ];
  const values = noise.map((value, at) => {
    const [row, column] = [Math.floor(at / COLUMNS), at % COLUMNS];
    let sum = 2.5 * value;
    for (let part = 0; part < 8; part++) {
      sum += present(hidden[row * 8 + part], 'number') * present(mixing[part * COLUMNS + column], 'number');
    }
    return sum;
  });
  return { rows, columns: COLUMNS, values };
}

async function found(rows: number) {
  const work = runtimeContext();
  const { halves } = await sampleHalves(inputs(rows), rows, work);
  const [first, second] = [await centredGram(halves[0], work), await centredGram(halves[1], work)];
  const grams: readonly [readonly CentredGram[], readonly CentredGram[]] = [[first], [second]];
  const matrix = Float64Array.from(randomValues(OUTPUTS * COLUMNS, 4));
  return findDamping({ outputs: OUTPUTS, columns: COLUMNS, matrix }, FORMAT, grams, { correctsBiases: true }, work);
}

describe('the damping of GPTQ', () => {
  it('is larger where samples are few', async () => {
    const [few, many] = [await found(24), await found(4000)];
    expect(few.damping).toBeGreaterThan(many.damping);
    expect(many.errorAfter).toBeLessThan(0.6 * many.errorBefore);
  });
});

describe('halves of samples', () => {
  const matrix = { rows: 6, columns: 2, values: Float32Array.from({ length: 12 }, (_, at) => at) };

  it('hold all rows of every other sample', async () => {
    const { all, halves } = await sampleHalves(matrix, 3, runtimeContext());
    expect([...halves[0].values]).toEqual([0, 1, 2, 3, 8, 9, 10, 11]);
    expect([...halves[1].values]).toEqual([4, 5, 6, 7]);
    expect(all.values).toHaveLength(12);
    expect([halves[0].rows, halves[1].rows, all.rows]).toEqual([4, 2, 6]);
  });

  it('are rows of one sample, or one row twice', async () => {
    const { halves } = await sampleHalves(matrix, 1, runtimeContext());
    expect([...halves[1].values]).toEqual([2, 3, 6, 7, 10, 11]);
    const single = { rows: 1, columns: 2, values: Float32Array.of(1, 2) };
    expect((await sampleHalves(single, 1, runtimeContext())).halves).toEqual([single, single]);
  });
});
