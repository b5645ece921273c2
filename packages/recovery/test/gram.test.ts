import { afterAll, describe, expect, it } from '@jest/globals';
import type { Matrix } from '@onnx-compress/core';
import { present } from '@onnx-compress/graph';
import { buildModel, randomFloats, randomValues } from '@onnx-compress/test-kit';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import { type CentredGram, centredGram } from '../src/gram/centred-gram.js';
import { inputGrams } from '../src/gram/input-grams.js';
import { linearLayer } from '../src/layers/linear-layer.js';
import { collectRows } from '../src/rows/collect-rows.js';
import { positionsOf } from '../src/rows/positions-of.js';
import { gemm, samplingOf, signal } from './rows-sampling.js';

afterAll(closeHost);

/** Normal numbers around a mean that is another one in each column. */
function randomMatrix(rows: number, columns: number, offset = 0): Matrix {
  const values = randomValues(rows * columns, rows + columns).map((value, at) => value + offset * (at % columns));
  return { rows, columns, values };
}

/** Means and centred products in double precision. */
function plainly({ rows, columns, values }: Matrix, first = 0, count = columns) {
  const column = (index: number) =>
    Array.from({ length: rows }, (_, row) => values[row * columns + first + index] ?? 0);
  const all = Array.from({ length: count }, (_, index) => column(index));
  const mean = all.map((own) => own.reduce((sum, value) => sum + value, 0) / rows);
  const centred = all.map((own, index) => own.map((value) => value - (mean[index] ?? 0)));
  const products = centred.flatMap((left) =>
    centred.map((right) => left.reduce((sum, value, row) => sum + value * (right[row] ?? 0), 0)),
  );
  return { mean, products };
}

function largestDifference(left: ArrayLike<number>, right: ArrayLike<number>): number {
  expect(left.length).toBe(right.length);
  return Array.from(left).reduce((most, value, at) => Math.max(most, Math.abs(value - (right[at] ?? 0))), 0);
}

function expectSame(gram: CentredGram, expected: ReturnType<typeof plainly>): void {
  expect(largestDifference(gram.mean, expected.mean)).toBeLessThan(1e-9 * gram.rows);
  expect(largestDifference(gram.products, expected.products)).toBeLessThan(1e-6 * gram.rows);
}

describe('centred Gram matrix', () => {
  it.each([
    ['few columns', 3000, 5],
    ['many columns', 300, 70],
    ['more rows than are multiplied at a time', 2049, 33],
    ['one row', 1, 40],
  ])('is the one of plain loops for %s', async (_, rows, columns) => {
    const matrix = randomMatrix(rows, columns);
    const gram = await centredGram(matrix, { gemm, signal });
    expect([gram.rows, gram.columns]).toEqual([rows, columns]);
    expectSame(gram, plainly(matrix));
  });

  it.each([4, 40])('is the one of %d columns of a matrix', async (count) => {
    const matrix = randomMatrix(200, 60);
    expectSame(await centredGram(matrix, { gemm, signal }, { first: 7, count }), plainly(matrix, 7, count));
  });

  it('keeps its precision where means are far from 0', async () => {
    const matrix = randomMatrix(4000, 40, 100);
    expectSame(await centredGram(matrix, { gemm, signal }), plainly(matrix));
  });

  it('is exactly symmetric', async () => {
    const { products, columns } = await centredGram(randomMatrix(500, 50), { gemm, signal });
    const transposed = products.map((_, at) => products[(at % columns) * columns + Math.floor(at / columns)] ?? 0);
    expect(transposed).toEqual(products);
  });
});

/** Two convolutions, one of them in two groups, and a linear layer. */
const model = buildModel({
  inputs: { x: ['float32', [1, 4, 5, 5]] },
  outputs: { y: ['float32', [1, 3]] },
  weights: { a: randomFloats([6, 2, 3, 3], 1), b: randomFloats([4, 6, 1, 1], 2), c: randomFloats([4, 3], 3) },
  nodes: [
    { opType: 'Conv', inputs: ['x', 'a'], outputs: ['first'], attributes: { group: { int: 2 } } },
    { opType: 'Conv', inputs: ['first', 'b'], outputs: ['second'] },
    { opType: 'GlobalAveragePool', inputs: ['second'], outputs: ['pooled'] },
    { opType: 'Flatten', inputs: ['pooled'], outputs: ['flat'] },
    { opType: 'Gemm', inputs: ['flat', 'c'], outputs: ['y'] },
  ],
});
const layers = model.graph.nodes.flatMap((node) => linearLayer(node) ?? []);
const samples = [1, 2, 3].map((seed) => new Map([['x', randomFloats([1, 4, 5, 5], seed)]]));

describe('Gram matrices of what layers are fed with', () => {
  it.each([1, 192 * 2 ** 20])('are those of the rows, group by group, with %d bytes for rows', async (memory) => {
    const seen = new Map<string, readonly CentredGram[]>();
    const use = (layer: (typeof layers)[number], grams: readonly CentredGram[]) => {
      seen.set(layer.output.name, grams);
    };
    await inputGrams(model, layers, { ...samplingOf(samples), gemm }, use, { memory });
    expect([...seen.keys()]).toEqual(['first', 'second', 'y']);
    for (const layer of layers) {
      const positions = positionsOf(layer, samples.length);
      const [rows] = await collectRows(model, [{ kind: 'inputs', layer, positions }], samplingOf(samples));
      const grams = present(seen.get(layer.output.name), 'grams');
      expect(grams).toHaveLength(layer.contraction.groups);
      for (const [group, gram] of grams.entries()) {
        expectSame(gram, plainly(present(rows, 'rows'), group * layer.columns, layer.columns));
      }
    }
  });

  it('takes as many runs over the samples as the memory for rows asks for', async () => {
    const sampling = { ...samplingOf(samples), gemm };
    const runsWith = async (memory?: number) => {
      let runs = 0;
      const run: typeof sampling.runs.run = (...given) => {
        runs++;
        return sampling.runs.run(...given);
      };
      await inputGrams(model, layers, { ...sampling, runs: { run } }, () => {}, memory === undefined ? {} : { memory });
      return runs;
    };
    expect([await runsWith(), await runsWith(1)]).toEqual([1, 3]);
  });
});
