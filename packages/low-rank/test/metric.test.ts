import { afterAll, describe, expect, it } from '@jest/globals';
import { type Matrix, seededRandom } from '@onnx-compress/core';
import { float32Tensor, present, ShapeTable } from '@onnx-compress/graph';
import { centredGram } from '@onnx-compress/recovery';
import { buildModel } from '@onnx-compress/test-kit';
import { closeHost, runtimeContext } from '@onnx-compress/test-kit/runtime';
import { chosenShrinkage } from '../src/metric/chosen-shrinkage.js';
import { normalShrinkage, shrunkCovariance } from '../src/metric/shrunk-covariance.js';
import { matrixProduct } from '../src/sites/matrix-product.js';
import type { MatrixSite } from '../src/sites/site.js';
import { product, randomMatrix } from './support/random-factors.js';

afterAll(closeHost);

const context = runtimeContext();
const pause = async () => {};

/** Rows that vary in few directions. */
function flatRows(rows: number, columns: number, dimensions: number, stream: string): Matrix {
  const directions = randomMatrix(dimensions, columns, seededRandom(1, 'directions'));
  return product(randomMatrix(rows, dimensions, seededRandom(1, stream)), directions);
}

describe('a shrunk covariance', () => {
  it('lies between the covariance and a multiple of the identity with the same trace', async () => {
    const gram = await centredGram(randomMatrix(50, 3, seededRandom(1, 'rows')), context);
    const plain = gram.products.map((value) => value / gram.rows);
    const mean = ((plain[0] ?? 0) + (plain[4] ?? 0) + (plain[8] ?? 0)) / 3;
    const half = present(await shrunkCovariance(gram, 0.5, pause), 'covariance');
    expect(half[0]).toBeCloseTo(0.5 * (plain[0] ?? 0) + 0.5 * mean, 12);
    expect(half[1]).toBeCloseTo(0.5 * (plain[1] ?? 0), 12);
    expect([...present(await shrunkCovariance(gram, 1, pause), 'covariance')].map((value) => value / mean)).toEqual(
      [1, 0, 0, 0, 1, 0, 0, 0, 1].map((value) => expect.closeTo(value, 12)),
    );
  });

  it('is none where nothing varies', async () => {
    const gram = await centredGram({ rows: 4, columns: 2, values: Float32Array.of(1, 2, 1, 2, 1, 2, 1, 2) }, context);
    expect(await shrunkCovariance(gram, 0.1, pause)).toBeUndefined();
  });
});

describe('the shrinkage of normal rows', () => {
  it('follows the formula of the paper', async () => {
    const gram = await centredGram({ rows: 2, columns: 2, values: Float32Array.of(1, 0, -1, 0) }, context);
    // S = [[1, 0], [0, 0]]: tr(S^2) = tr(S)^2 = 1, so (0 + 1) / ((2 + 1 - 1) (1 - 1/2)) = 1.
    expect(await normalShrinkage(gram, pause)).toBe(1);
  });

  it('vanishes with the number of rows, where columns differ', async () => {
    const amounts = await Promise.all(
      [20, 200, 2000].map(async (rows) =>
        normalShrinkage(await centredGram(flatRows(rows, 16, 4, 'many'), context), pause),
      ),
    );
    expect(amounts).toEqual([...amounts].sort((first, second) => second - first));
    expect(amounts.at(-1)).toBeLessThan(0.01);
  });
});

describe('the chosen shrinkage', () => {
  const weight = randomMatrix(64, 96, seededRandom(1, 'weight'));
  const model = buildModel({
    inputs: { x: ['float32', ['N', 64]] },
    outputs: ['y'],
    weights: { w: float32Tensor([64, 96], weight.values) },
    nodes: [{ opType: 'MatMul', name: '/fc', inputs: ['x', 'w'], outputs: ['y'] }],
  });
  const [node] = model.graph.nodes;
  const engine = { ...context, random: seededRandom(1, 'engine') };

  function siteOf(): MatrixSite {
    const site = matrixProduct(present(node, 'node'), new ShapeTable());
    if (site === undefined || 'reason' in site || site.kind !== 'matrix') throw new Error('no matrix');
    return site;
  }

  const choose = (rows: Matrix) => chosenShrinkage(siteOf(), rows, engine);

  it('is small where held-out rows vary as the others do', async () => {
    expect(await choose(flatRows(200, 64, 8, 'alike'))).toBeLessThan(0.1);
  });

  it('leaves the weights to decide where the other rows tell nothing of those held out', async () => {
    const first = flatRows(75, 64, 4, 'first');
    const rest = randomMatrix(25, 64, seededRandom(2, 'rest'));
    const values = Float32Array.from([...first.values, ...rest.values.map((value) => 10 * value)]);
    expect(await choose({ rows: 100, columns: 64, values })).toBeGreaterThan(0.25);
  });
});
