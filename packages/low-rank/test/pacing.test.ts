import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { float32Tensor, present, ShapeTable } from '@onnx-compress/graph';
import type { Pause } from '@onnx-compress/math';
import { buildModel } from '@onnx-compress/test-kit';
import { balanced } from '../src/engine/balanced.js';
import { divideInto, scaled, toMatrix } from '../src/engine/paced-copies.js';
import { normalShrinkage, shrunkCovariance } from '../src/metric/shrunk-covariance.js';
import { isRefusal } from '../src/sites/layer-weight.js';
import { matrixProduct } from '../src/sites/matrix-product.js';
import { spatial } from '../src/sites/spatial.js';

afterEach(() => {
  jest.restoreAllMocks();
});

/** A pause that counts, with a clock on which every look finds the next pause due. */
function counted() {
  let [now, count] = [0, 0];
  jest.spyOn(Date, 'now').mockImplementation(() => (now += 1000));
  const pause = async () => {
    count++;
  };
  return { pause, count: () => count };
}

const throwing: Pause = async () => {
  throw new Error('stop');
};

const SIDE = 1100;
const square = () => ({ rows: SIDE, columns: SIDE, values: new Float32Array(SIDE * SIDE).fill(1) });
const gram = { rows: 4, columns: SIDE, mean: new Float64Array(SIDE), products: new Float64Array(SIDE * SIDE).fill(1) };

const WORK: Readonly<Record<string, (pause: Pause) => Promise<unknown>>> = {
  'balanced factors': (pause) => balanced({ left: square(), right: square() }, 1, pause),
  'a copy in single precision': (pause) => toMatrix(gram.products, SIDE, pause),
  'numbers over a divisor': (pause) => divideInto(square().values, gram.products, 3, pause),
  'a matrix times a number': (pause) => scaled(square(), 2, pause),
  'a shrunk covariance': (pause) => shrunkCovariance(gram, 0.5, pause),
  'the shrinkage of normal rows': (pause) => normalShrinkage(gram, pause),
};

describe('work on large matrices', () => {
  it.each(Object.entries(WORK))('pauses at least every 65536 numbers: %s', async (_, work) => {
    const { pause, count } = counted();
    await work(pause);
    expect(count()).toBeGreaterThanOrEqual(Math.floor((SIDE * SIDE) / 2 ** 16));
  });
});

describe('a layer that is written in two', () => {
  it('is left as it was where the pause throws, as a MatMul', async () => {
    const model = buildModel({
      inputs: { x: ['float32', ['N', SIDE]] },
      outputs: ['y'],
      weights: { w: float32Tensor([SIDE, SIDE], square().values) },
      nodes: [{ opType: 'MatMul', inputs: ['x', 'w'], outputs: ['y'] }],
    });
    const site = matrixProduct(present(model.graph.nodes[0], 'node'), new ShapeTable());
    if (site === undefined || isRefusal(site) || site.kind !== 'matrix') throw new Error('no matrix');
    await expect(site.write([{ left: square(), right: square() }], throwing)).rejects.toThrow('stop');
    expect(model.graph.nodes).toHaveLength(1);
    expect([...model.weights()].map(({ name }) => name)).toEqual(['w']);
  });

  it('is left as it was where the pause throws, as a Conv', async () => {
    const model = buildModel({
      inputs: { x: ['float32', ['N', 8, 9, 9]] },
      outputs: ['y'],
      weights: { w: float32Tensor([8, 8, 3, 3], new Float32Array(576)) },
      nodes: [{ opType: 'Conv', inputs: ['x', 'w'], outputs: ['y'] }],
    });
    const site = spatial(present(model.graph.nodes[0], 'node'), new ShapeTable());
    if (site === undefined || isRefusal(site) || site.kind !== 'matrix') throw new Error('no matrix');
    const factor = { rows: 24, columns: 24, values: new Float32Array(576) };
    counted();
    await expect(site.write([{ left: factor, right: factor }], throwing)).rejects.toThrow('stop');
    expect(model.graph.nodes).toHaveLength(1);
    expect([...model.weights()].map(({ name }) => name)).toEqual(['w']);
  });
});
