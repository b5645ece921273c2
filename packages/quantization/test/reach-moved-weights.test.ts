import { describe, expect, it } from '@jest/globals';
import { int64Tensor, type NodeSpec, type Tensor } from '@onnx-compress/graph';
import { buildModel, randomFloats } from '@onnx-compress/test-kit';
import { quantized } from './support/context.js';
import { fidelityDb } from './support/fidelity.js';
import { optimizedOperators } from './support/optimized-operators.js';

const SANE_DB = 35;

function matMul(weights: Record<string, Tensor>, nodes: readonly NodeSpec[], width = 32) {
  return buildModel({
    inputs: { x: ['float32', [5, width]] },
    outputs: ['y'],
    weights,
    nodes: [...nodes, { opType: 'MatMul', name: 'layer', inputs: ['x', 'm'], outputs: ['y'] }],
  });
}

const shape = (...sizes: number[]) => int64Tensor([sizes.length], sizes);

describe('a weight that is moved before it is read', () => {
  it.each<[string, Record<string, Tensor>, readonly NodeSpec[], readonly number[]]>([
    [
      'Reshape',
      { w: randomFloats([4, 8, 48], 1), s: shape(-1, 48) },
      [{ opType: 'Reshape', inputs: ['w', 's'], outputs: ['m'] }],
      [1, 1, 48],
    ],
    [
      'Reshape that merges the channels',
      { w: randomFloats([32, 6, 8], 1), s: shape(0, 48) },
      [{ opType: 'Reshape', inputs: ['w', 's'], outputs: ['m'] }],
      [],
    ],
    ['Transpose', { w: randomFloats([48, 32], 1) }, [{ opType: 'Transpose', inputs: ['w'], outputs: ['m'] }], [48, 1]],
    [
      'Transpose and Squeeze',
      { w: randomFloats([48, 1, 32], 1), a: shape(1) },
      [
        { opType: 'Transpose', inputs: ['w'], outputs: ['t'], attributes: { perm: { ints: [2, 1, 0] } } },
        { opType: 'Squeeze', inputs: ['t', 'a'], outputs: ['m'] },
      ],
      [48, 1, 1],
    ],
    [
      'Flatten',
      { w: randomFloats([4, 8, 48], 1) },
      [{ opType: 'Flatten', inputs: ['w'], outputs: ['m'], attributes: { axis: { int: -1 } } }],
      [1, 1, 48],
    ],
    [
      'Slice',
      { w: randomFloats([40, 48], 1), from: shape(8), to: shape(40), axis: shape(0) },
      [{ opType: 'Slice', inputs: ['w', 'from', 'to', 'axis'], outputs: ['m'] }],
      [1, 48],
    ],
  ])('by %s is quantized where it is stored', async (_what, weights, nodes, scales) => {
    const original = matMul(weights, nodes);
    const { model, changed } = await quantized(original, { activations: 'none' });
    expect(changed).toMatchObject([{ node: 'layer', tensor: 'w', form: 'weight-only' }]);
    expect(model.graph.value('w_scale')?.weight?.tensor.dims).toEqual(scales);
    expect(await fidelityDb(original, model, { x: randomFloats([5, 32], 3) })).toBeGreaterThan(SANE_DB);
    expect(await optimizedOperators(model)).toEqual(await optimizedOperators(original));
    expect((await quantized(model)).skipped).toContainEqual({ node: 'layer', reason: 'is already quantized' });
  });

  it('in two parts is quantized in each of them', async () => {
    const original = matMul({ a: randomFloats([20, 48], 1), b: randomFloats([12, 48], 2, 0.1) }, [
      { opType: 'Concat', inputs: ['a', 'b'], outputs: ['m'], attributes: { axis: { int: 0 } } },
    ]);
    const { model, changed } = await quantized(original);
    expect(changed.map(({ tensor }) => tensor)).toEqual(['a', 'b']);
    expect(await fidelityDb(original, model, { x: randomFloats([5, 32], 3) })).toBeGreaterThan(SANE_DB);
  });

  it('by Transpose is multiplied in integers, and the Transpose goes', async () => {
    const original = matMul(
      { w: randomFloats([160, 128], 1) },
      [{ opType: 'Transpose', inputs: ['w'], outputs: ['m'] }],
      128,
    );
    const { model, changed } = await quantized(original);
    expect(changed).toMatchObject([{ form: 'dynamic' }]);
    expect(model.graph.nodes.map(({ opType }) => opType)).not.toContain('Transpose');
    expect(await fidelityDb(original, model, { x: randomFloats([5, 128], 3) })).toBeGreaterThan(SANE_DB);
  });

  it('by Transpose and read by Gather too is stored once', async () => {
    const original = buildModel({
      inputs: { ids: ['int64', [3]] },
      outputs: ['y'],
      weights: { w: randomFloats([150, 128], 1) },
      nodes: [
        { opType: 'Gather', name: 'rows', inputs: ['w', 'ids'], outputs: ['h'] },
        { opType: 'Transpose', inputs: ['w'], outputs: ['m'] },
        { opType: 'MatMul', name: 'layer', inputs: ['h', 'm'], outputs: ['y'] },
      ],
    });
    const { model, changed } = await quantized(original);
    expect(changed.map(({ node, tensor }) => [node, tensor])).toEqual([
      ['rows', 'w'],
      ['layer', 'w'],
    ]);
    expect([...model.weights()].map(({ name, tensor }) => [name, tensor.dims])).toEqual([
      ['w_quantized', [150, 128]],
      ['w_scale', [150, 1]],
    ]);
    expect(await fidelityDb(original, model, { ids: shape(0, 7, 149) })).toBeGreaterThan(SANE_DB);
  });

  it('stays when one of its parts has another reader', async () => {
    const original = buildModel({
      inputs: { x: ['float32', [5, 32]] },
      outputs: ['y', 'z'],
      weights: { w: randomFloats([48, 32], 1) },
      nodes: [
        { opType: 'Transpose', inputs: ['w'], outputs: ['m'] },
        { opType: 'ReduceSum', name: 'sum', inputs: ['m'], outputs: ['z'] },
        { opType: 'MatMul', name: 'layer', inputs: ['x', 'm'], outputs: ['y'] },
      ],
    });
    const { changed, skipped } = await quantized(original);
    expect(changed).toEqual([]);
    expect(skipped).toEqual([{ node: 'layer', reason: 'its weight "w" is also read by sum, which keeps it in float' }]);
  });

  it('is left alone where something is computed from it', async () => {
    const original = matMul({ w: randomFloats([32, 48], 1), g: randomFloats([48], 2) }, [
      { opType: 'Mul', name: 'norm', inputs: ['w', 'g'], outputs: ['m'] },
    ]);
    expect((await quantized(original)).changed).toEqual([]);
  });
});

describe('the gates of an LSTM in another order', () => {
  it('are quantized where the exporter stored them', async () => {
    const hidden = 16;
    const bounds = { zero: shape(0), one: shape(16), two: shape(32), four: shape(64), axis: shape(0) };
    const gates = (name: string): readonly NodeSpec[] => [
      { opType: 'Slice', inputs: [name, 'zero', 'one', 'axis'], outputs: [`${name}_i`] },
      { opType: 'Slice', inputs: [name, 'one', 'two', 'axis'], outputs: [`${name}_f`] },
      { opType: 'Slice', inputs: [name, 'two', 'four', 'axis'], outputs: [`${name}_rest`] },
      {
        opType: 'Concat',
        inputs: [`${name}_rest`, `${name}_i`, `${name}_f`],
        outputs: [`${name}_gates`],
        attributes: { axis: { int: 0 } },
      },
      { opType: 'Unsqueeze', inputs: [`${name}_gates`, 'axis'], outputs: [`${name}_3d`] },
    ];
    const original = buildModel({
      inputs: { x: ['float32', [6, 1, 24]] },
      outputs: ['y'],
      weights: { w: randomFloats([64, 24], 1, 0.3), r: randomFloats([64, hidden], 2, 0.3), ...bounds },
      nodes: [
        ...gates('w'),
        ...gates('r'),
        {
          opType: 'LSTM',
          name: 'rnn',
          inputs: ['x', 'w_3d', 'r_3d'],
          outputs: ['y'],
          attributes: { hidden_size: { int: hidden } },
        },
      ],
    });
    const { model, changed } = await quantized(original);
    expect(changed.map(({ node, tensor }) => [node, tensor])).toEqual([
      ['rnn', 'w'],
      ['rnn', 'r'],
    ]);
    expect(model.graph.value('w_scale')?.weight?.tensor.dims).toEqual([64, 1]);
    expect(model.graph.nodes.filter(({ opType }) => opType === 'Mul')).toHaveLength(2);
    expect(await fidelityDb(original, model, { x: randomFloats([6, 1, 24], 7) })).toBeGreaterThan(SANE_DB);
    expect(await optimizedOperators(model)).toEqual(['LSTM']);
  });
});
