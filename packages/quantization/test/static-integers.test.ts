import { describe, expect, it } from '@jest/globals';
import { float32Tensor, type Model, present, readIndices, type Value } from '@onnx-compress/graph';
import { buildModel } from '@onnx-compress/test-kit';
import type { ActivationScale } from '../src/activations/activation-scale.js';
import { toOperators } from '../src/emission/operators/to-operators.js';
import { quantizeValues } from '../src/emission/static/quantize-values.js';
import { floatsOf } from './support/fidelity.js';
import { emitWeights, planOf } from './support/static-form.js';

/*
 * x = 0.25 * (q - 4):       0.5 -> 6, -1 -> 0, 3 -> 16, 0.25 -> 5
 * w, row 0 = 1/32 * q:      127, -64
 * w, row 1 = 1/8 * q:       127, 3
 */
const WEIGHT = [127 / 32, -64 / 32, 127 / 8, 3 / 8];
const X: ActivationScale = { dataType: 'uint8', scale: 0.25, zeroPoint: 4 };

/** Both formats of a one-layer model with scales by hand; `y` is given as floats where it has none. */
async function written(model: Model, y: ActivationScale | undefined): Promise<readonly [qdq: Model, operators: Model]> {
  const value = (name: string): Value => present(model.graph.value(name), name);
  const scales = new Map([[value('x'), X], ...(y ? [[value('y'), y] as const] : [])]);
  const plan = planOf(model, { nodes: ['layer'], classes: y ? [['x'], ['y']] : [['x']] });
  await emitWeights(plan, scales, 'per-channel');
  quantizeValues(model, plan, scales);
  const operators = model.clone();
  await toOperators(operators, planOf(operators, { nodes: ['layer'], classes: [] }));
  return [model, operators];
}

async function integers(model: Model, name: string): Promise<readonly number[]> {
  return readIndices(present(model.graph.value(name)?.weight, name).tensor);
}

function conv(): Model {
  return buildModel({
    inputs: { x: ['float32', [1, 2, 1, 2]] },
    outputs: ['y'],
    weights: { w: float32Tensor([2, 2, 1, 1], WEIGHT), b: float32Tensor([2], [1, -2.5]) },
    nodes: [{ opType: 'Conv', name: 'layer', inputs: ['x', 'w', 'b'], outputs: ['y'] }],
  });
}

function gemm(): Model {
  const attributes = { transB: { int: 1 }, alpha: { float: 2 }, beta: { float: 0.5 } };
  return buildModel({
    inputs: { x: ['float32', [2, 2]] },
    outputs: ['y'],
    weights: { w: float32Tensor([2, 2], WEIGHT), b: float32Tensor([2], [2, -5]) },
    nodes: [{ opType: 'Gemm', name: 'layer', inputs: ['x', 'w', 'b'], outputs: ['y'], attributes }],
  });
}

describe('the integers of a convolution', () => {
  /*
   * Scales of the products 1/128 and 1/32, so the biases are 128 and -80. Sums, and what they are in steps of 0.5:
   * 2 * 127 - 12 * 64 + 128 = -386 -> -6.03,   -4 * 127 - 1 * 64 + 128 = -444 -> -6.94,
   * 2 * 127 + 12 * 3 - 80 = 210 -> 13.125,     -4 * 127 + 1 * 3 - 80 = -585 -> -36.6, beyond -10
   */
  it('are those worked out by hand', async () => {
    const [qdq, operators] = await written(conv(), { dataType: 'uint8', scale: 0.5, zeroPoint: 10 });
    expect(await integers(qdq, 'w_quantized')).toEqual([127, -64, 127, 3]);
    expect(await integers(qdq, 'b_q')).toEqual([128, -80]);
    const feeds = { x: float32Tensor([1, 2, 1, 2], [0.5, -1, 3, 0.25]) };
    for (const model of [qdq, operators]) {
      for (const level of ['all', 'disabled'] as const) {
        expect([...(await floatsOf(model, feeds, level))]).toEqual([-3, -3.5, 6.5, -5]);
      }
    }
  });
});

describe('the integers of a Gemm', () => {
  const feeds = { x: float32Tensor([2, 2], [0.5, 3, -1, 0.25]) };

  /* alpha doubles the scales: products 1/64 and 1/16, biases 64 and -40; sums -450, 250, -508 and -545. */
  it('are those worked out by hand', async () => {
    const [qdq, operators] = await written(gemm(), { dataType: 'uint8', scale: 0.5, zeroPoint: 20 });
    expect(await integers(qdq, 'w_quantized')).toEqual([127, -64, 127, 3]);
    expect(await integers(qdq, 'b_q')).toEqual([64, -40]);
    for (const model of [qdq, operators]) {
      expect([...(await floatsOf(model, feeds))]).toEqual([-7, 15.5, -8, -10]);
    }
  });

  it('are scaled once where it gives floats', async () => {
    for (const model of await written(gemm(), undefined)) {
      expect([...(await floatsOf(model, feeds))]).toEqual([-450 / 64, 250 / 16, -508 / 64, -545 / 16]);
    }
  });
});
