import { afterAll, describe, expect, it } from '@jest/globals';
import { int64Tensor, memoryTensor, type NodeSpec, type Tensor } from '@onnx-compress/graph';
import { buildModel, randomFloats } from '@onnx-compress/test-kit';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import { foldConstants } from '../src/rewrites/fold-constants.js';
import { expectSameOutputs } from './support/exactness.js';
import { operators, rewritten } from './support/rewritten.js';

afterAll(closeHost);

const int = (value: number) => ({ int: value });

function net(weights: Record<string, Tensor>, nodes: readonly NodeSpec[], opset = 17) {
  return buildModel({ opset, inputs: { x: ['float32', [2, 24]] }, outputs: ['y'], weights, nodes });
}

const FEEDS = { x: randomFloats([2, 24], 3) };

describe('constant subgraphs', () => {
  it('are computed ahead and keep the names that others read', async () => {
    const original = net({ w: randomFloats([8, 24], 1) }, [
      { opType: 'Transpose', inputs: ['w'], outputs: ['t'], attributes: { perm: { ints: [1, 0] } } },
      { opType: 'Neg', inputs: ['t'], outputs: ['n'] },
      { opType: 'MatMul', inputs: ['x', 'n'], outputs: ['y'] },
    ]);
    const { model, changed } = await rewritten(original, foldConstants);
    expect(operators(model)).toEqual(['MatMul']);
    expect(model.graph.value('n')?.weight?.tensor.dims).toEqual([24, 8]);
    expect(changed.map(({ node }) => node)).toHaveLength(2);
    await expectSameOutputs(original, model, FEEDS, 0);
  });

  it('of shape arithmetic are folded round after round', async () => {
    const original = net({ dims: int64Tensor([2], [4, 6]), two: int64Tensor([1], [2]) }, [
      { opType: 'Concat', inputs: ['two', 'dims'], outputs: ['shape'], attributes: { axis: int(0) } },
      { opType: 'Reshape', inputs: ['x', 'shape'], outputs: ['r'] },
      { opType: 'Shape', inputs: ['dims'], outputs: ['length'] },
      { opType: 'ConstantOfShape', inputs: ['length'], outputs: ['zeros'] },
      { opType: 'ReduceSum', inputs: ['zeros'], outputs: ['zero'], attributes: { keepdims: int(0) } },
      { opType: 'Add', inputs: ['r', 'zero'], outputs: ['y'] },
    ]);
    const { model } = await rewritten(original, foldConstants);
    expect(operators(model)).toEqual(['Reshape', 'Add']);
    await expectSameOutputs(original, model, FEEDS, 0);
  });

  it.each<[string, Record<string, Tensor>, readonly NodeSpec[]]>([
    [
      'generate large tensors',
      { shape: int64Tensor([2], [2, 24]), c: memoryTensor('float32', [1], new Uint8Array(4)) },
      [{ opType: 'ConstantOfShape', inputs: ['shape'], outputs: ['big'] }],
    ],
    [
      'generate tensors too large for memory',
      { shape: int64Tensor([2], [100_000_000, 24]) },
      [
        { opType: 'ConstantOfShape', inputs: ['shape'], outputs: ['huge'] },
        { opType: 'ReduceMax', inputs: ['huge'], outputs: ['big'], attributes: { keepdims: int(0) } },
      ],
    ],
    [
      'restore quantized weights',
      { q: memoryTensor('int8', [24, 24], new Uint8Array(576)), s: randomFloats([1, 24], 1) },
      [
        { opType: 'Cast', inputs: ['q'], outputs: ['f'], attributes: { to: int(1) } },
        { opType: 'Mul', inputs: ['f', 's'], outputs: ['big'] },
      ],
    ],
    [
      'dequantize',
      { q: memoryTensor('int8', [2], new Uint8Array(2)), s: memoryTensor('float32', [], new Uint8Array(4)) },
      [
        { opType: 'DequantizeLinear', inputs: ['q', 's'], outputs: ['f'] },
        { opType: 'ReduceMax', inputs: ['f'], outputs: ['big'], attributes: { keepdims: int(0) } },
      ],
    ],
    ['are random', { w: randomFloats([24], 1) }, [{ opType: 'RandomNormalLike', inputs: ['w'], outputs: ['big'] }]],
  ])('stay where they %s', async (_what, weights, nodes) => {
    const original = net(weights, [...nodes, { opType: 'MatMul', inputs: ['x', 'big'], outputs: ['y'] }]);
    const { model, changed } = await rewritten(original, foldConstants);
    expect(changed).toEqual([]);
    expect(operators(model)).toEqual(operators(original));
  });

  it('stay where a second reader of the weight would make the file grow', async () => {
    const original = buildModel({
      inputs: { x: ['float32', [2, 24]] },
      outputs: ['y'],
      weights: { w: randomFloats([24, 24], 1) },
      nodes: [
        { opType: 'Transpose', inputs: ['w'], outputs: ['t'], attributes: { perm: { ints: [1, 0] } } },
        { opType: 'MatMul', inputs: ['x', 't'], outputs: ['h'] },
        { opType: 'MatMul', inputs: ['h', 'w'], outputs: ['y'] },
      ],
    });
    expect((await rewritten(original, foldConstants)).changed).toEqual([]);
  });
});
