import { afterAll, describe, expect, it } from '@jest/globals';
import { float32Tensor, type Model, present, type Tensor } from '@onnx-compress/graph';
import { buildModel, randomValues } from '@onnx-compress/test-kit';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import { linearLayer } from '../src/layers/linear-layer.js';
import { sampledLayer, withoutColumns } from '../src/least-squares/without-columns.js';
import { gemm, signal } from './rows-sampling.js';

afterAll(closeHost);

const products = { gemm, signal };

const layerOf = (model: Model) => present(linearLayer(present(model.graph.nodes[0], 'node')), 'layer');

/** `y = x w`, inputs along axis 0 of the weight. */
const product = (weight: Tensor) =>
  layerOf(
    buildModel({
      inputs: { x: ['float32', [1, present(weight.dims[0], 'inputs')]] },
      outputs: ['y'],
      weights: { w: weight },
      nodes: [{ opType: 'MatMul', inputs: ['x', 'w'], outputs: ['y'] }],
    }),
  );

/** A matrix of so many rows, computed row by row. */
function rowsOf(count: number, row: (index: number) => readonly number[]) {
  const all = Array.from({ length: count }, (_, index) => row(index));
  return { rows: count, columns: all[0]?.length ?? 0, values: Float32Array.from(all.flat()) };
}

const noise = randomValues(4000, 1);
const at = (index: number) => present(noise[index], 'number');
const close = (values: Iterable<number>, digits = 2) => [...values].map((value) => expect.closeTo(value, digits));

describe('without columns', () => {
  it('the copy of a column takes its weights', async () => {
    const layer = product(float32Tensor([3, 2], [1, 2, 3, 4, 5, 6]));
    const rows = rowsOf(200, (row) => [at(2 * row), at(2 * row + 1), at(2 * row)]);
    const { weights, shift } = await withoutColumns(
      await sampledLayer(layer, rows),
      new Set([2]),
      'least-squares',
      products,
    );
    expect([...weights]).toEqual(close([6, 3, 0, 8, 4, 0], 1));
    expect([...shift]).toEqual(close([0, 0]));
  });

  it('a constant goes to the bias', async () => {
    const layer = product(float32Tensor([2, 2], [1, 2, 3, 4]));
    const rows = rowsOf(100, (row) => [at(row), 5]);
    const { weights, shift } = await withoutColumns(
      await sampledLayer(layer, rows),
      new Set([1]),
      'least-squares',
      products,
    );
    expect([...weights]).toEqual(close([1, 0, 2, 0]));
    expect([...shift]).toEqual(close([15, 20], 4));
  });

  it('leaves the weights of the other columns alone where only means are asked for', async () => {
    const layer = product(float32Tensor([2, 1], [1, 3]));
    const rows = rowsOf(100, (row) => [at(row), at(row) + 2]);
    const { weights, shift } = await withoutColumns(await sampledLayer(layer, rows), new Set([1]), 'mean', products);
    const mean = noise.slice(0, 100).reduce((sum, value) => sum + value, 0) / 100;
    expect([...weights]).toEqual([1, 0]);
    expect([...shift]).toEqual(close([3 * (mean + 2)], 4));
  });

  it('moves weights by the covariance, as the ridge allows: 3 * 6 / (4 + 0.004) of each', async () => {
    const layer = product(float32Tensor([2, 1], [1, 3]));
    const rows = rowsOf(4, (row) => [row % 2 === 0 ? 1 : -1, row < 2 ? (row === 0 ? 3 : -3) : 0]);
    const { weights } = await withoutColumns(await sampledLayer(layer, rows), new Set([1]), 'least-squares', products);
    expect([...weights]).toEqual(close([1 + (3 * 6) / 4.004, 0], 5));
  });

  it('leaves nothing of a layer that keeps no column but its mean', async () => {
    const layer = product(float32Tensor([2, 1], [1, 2]));
    const rows = rowsOf(4, () => [1, 2]);
    const result = await withoutColumns(await sampledLayer(layer, rows), new Set([0, 1]), 'least-squares', products);
    expect([[...result.weights], [...result.shift]]).toEqual([[0, 0], [5]]);
  });

  it('fits the groups of a convolution apart', async () => {
    const model = buildModel({
      inputs: { x: ['float32', [1, 4, 1, 1]] },
      outputs: ['y'],
      weights: { w: float32Tensor([2, 2, 1, 1], [1, 2, 3, 4]) },
      nodes: [{ opType: 'Conv', inputs: ['x', 'w'], outputs: ['y'], attributes: { group: { int: 2 } } }],
    });
    const rows = rowsOf(200, (row) => [at(2 * row), at(2 * row), at(2 * row + 1), -at(2 * row + 1)]);
    const { weights } = await withoutColumns(
      await sampledLayer(layerOf(model), rows),
      new Set([1]),
      'least-squares',
      products,
    );
    expect([...weights]).toEqual(close([3, 0, -1, 0]));
  });

  it('does not take rows for the whole truth where they are fewer than columns', async () => {
    const [columns, outputs] = [60, 3];
    const weight = float32Tensor([columns, outputs], randomValues(columns * outputs, 2));
    const gone = new Set(Array.from({ length: 30 }, (_, index) => 2 * index));
    const rows = rowsOf(20, (row) => Array.from({ length: columns }, (_, column) => at(row * columns + column)));
    const before = product(weight);
    const { weights } = await withoutColumns(await sampledLayer(before, rows), gone, 'least-squares', products);
    // The columns are independent: what goes tells nothing about what stays, and the best weights are the old ones.
    let [moved, size] = [0, 0];
    for (const [index, value] of weights.entries()) {
      if (gone.has(index % columns)) continue;
      const old = present(
        randomValues(columns * outputs, 2)[(index % columns) * outputs + Math.floor(index / columns)],
        'w',
      );
      moved += (value - old) ** 2;
      size += old ** 2;
    }
    expect(moved).toBeLessThan(0.3 * size);
  });
});
