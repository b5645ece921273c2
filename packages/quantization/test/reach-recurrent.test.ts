import { describe, expect, it } from '@jest/globals';
import type { Model, Tensor } from '@onnx-compress/graph';
import { buildModel, randomFloats } from '@onnx-compress/test-kit';
import { quantizeRecurrent } from '../src/emission/recurrent-product.js';
import { findLayers } from '../src/layers/find-layers.js';
import { quantized } from './support/context.js';
import { fidelityDb } from './support/fidelity.js';
import { optimizedOperators } from './support/optimized-operators.js';

interface Net {
  readonly opType?: string;
  readonly gates?: number;
  readonly directions?: number;
  readonly inputs?: number;
  readonly hidden?: number;
}

function net({ opType = 'LSTM', gates = 4, directions = 1, inputs = 24, hidden = 16 }: Net): Model {
  const rows = gates * hidden;
  return buildModel({
    opset: 14,
    inputs: { x: ['float32', [6, 1, inputs]] },
    outputs: ['y'],
    weights: {
      w: randomFloats([directions, rows, inputs], 1, 0.3),
      r: randomFloats([directions, rows, hidden], 2, 0.3),
      b: randomFloats([directions, 2 * rows], 3, 0.3),
    },
    nodes: [
      {
        opType,
        name: 'rnn',
        inputs: ['x', 'w', 'r', 'b'],
        outputs: ['y'],
        attributes: {
          hidden_size: { int: hidden },
          ...(directions === 2 && { direction: { string: 'bidirectional' } }),
        },
      },
    ],
  });
}

const feeds = (inputs = 24): Record<string, Tensor> => ({ x: randomFloats([6, 1, inputs], 7) });

describe('recurrent weights', () => {
  it.each([
    ['LSTM', 4, 1],
    ['LSTM', 4, 2],
    ['GRU', 3, 1],
    ['GRU', 3, 2],
    ['RNN', 1, 2],
  ])('of %s (%d gates, %d directions) are restored, the bias stays', async (opType, gates, directions) => {
    const original = net({ opType, gates, directions, inputs: 64, hidden: 32 });
    const { model, changed } = await quantized(original);
    expect(changed.map(({ tensor, form }) => [tensor, form])).toEqual([
      ['w', 'weight-only'],
      ['r', 'weight-only'],
    ]);
    expect(model.graph.value('b')?.weight?.tensor.dataType).toBe('float32');
    expect(model.graph.value('w_scale')?.weight?.tensor.dims).toEqual([1, gates * 32, 1]);
    expect(await fidelityDb(original, model, feeds(64))).toBeGreaterThan(35);
    expect(await optimizedOperators(model)).toEqual(await optimizedOperators(original));
  });

  it('are found again as quantized ones', async () => {
    const { model } = await quantized(net({}));
    expect((await quantized(model)).skipped).toContainEqual({ node: 'rnn', reason: 'is already quantized' });
  });
});

describe('a recurrent product in integers', () => {
  it.each([
    [1, 'per-channel'],
    [2, 'per-channel'],
    [1, 'per-tensor'],
    [2, 'per-tensor'],
  ] as const)('replaces a large LSTM with %d directions and %s scales', async (directions, granularity) => {
    const original = net({ directions, inputs: 128, hidden: 96 });
    const { model } = await quantized(original, { granularity, activations: 'none' });
    const nodes = await quantizeRecurrent(model.graph.nodes);
    expect(nodes.map(({ label }) => label)).toEqual(['rnn']);
    expect(model.validate()).toEqual([]);
    expect(model.graph.nodes.map(({ opType }) => opType)).toEqual(['DynamicQuantizeLSTM']);
    expect(await fidelityDb(original, model, feeds(128))).toBeGreaterThan(30);
    expect(findLayers(model, () => true).skipped).toEqual([{ node: 'rnn', reason: 'is already quantized' }]);
  });

  it('is part of the step unless activations stay floats', async () => {
    const original = net({ inputs: 128, hidden: 96 });
    const { model, changed } = await quantized(original);
    expect(changed.map(({ tensor, form }) => [tensor, form])).toEqual([
      ['w', 'dynamic'],
      ['r', 'dynamic'],
    ]);
    expect(model.opset('com.microsoft')).toBe(1);
    expect(await fidelityDb(original, model, feeds(128))).toBeGreaterThan(30);
    const floats = await quantized(original, { activations: 'none' });
    expect(floats.changed.map(({ form }) => form)).toEqual(['weight-only', 'weight-only']);
  });

  it.each([
    ['small', net({})],
    ['a GRU', net({ opType: 'GRU', gates: 3, inputs: 256, hidden: 128 })],
  ])('is not written where it is %s', async (_what, original) => {
    const { model } = await quantized(original, { activations: 'none' });
    expect(await quantizeRecurrent(model.graph.nodes)).toEqual([]);
  });

  it('is not written where two nodes share the weights', async () => {
    const attributes = { hidden_size: { int: 96 } };
    const original = buildModel({
      inputs: { x: ['float32', [6, 1, 128]] },
      outputs: ['y', 'z'],
      weights: { w: randomFloats([1, 384, 128], 1, 0.3), r: randomFloats([1, 384, 96], 2, 0.3) },
      nodes: ['y', 'z'].map((output) => ({ opType: 'LSTM', inputs: ['x', 'w', 'r'], outputs: [output], attributes })),
    });
    const { model } = await quantized(original, { activations: 'none' });
    expect(await quantizeRecurrent(model.graph.nodes)).toEqual([]);
  });
});
