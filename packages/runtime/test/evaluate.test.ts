import { afterAll, describe, expect, it } from '@jest/globals';
import { float32Tensor, int64Tensor, modelBytes, readFloats, readIntegers } from '@onnx-compress/graph';
import { buildModel } from '@onnx-compress/test-kit';
import { createEvaluator } from '../src/evaluate/evaluator.js';
import { createHost } from '../src/host/host.js';
import { TextTensor, toHostTensors } from '../src/host/tensors.js';

const host = createHost('worker');
afterAll(() => host.close());
const { signal } = new AbortController();

describe('the evaluator', () => {
  it('computes a constant subgraph', async () => {
    const model = buildModel({
      inputs: {},
      outputs: ['sum', 'shape'],
      weights: { a: float32Tensor([2], [1, 2]), b: float32Tensor([2], [10, 20]) },
      nodes: [
        { opType: 'Add', inputs: ['a', 'b'], outputs: ['sum'] },
        { opType: 'Shape', inputs: ['sum'], outputs: ['shape'] },
      ],
    });
    const outputs = await createEvaluator(host).evaluate(await modelBytes(model), new Map(), signal);
    const { sum, shape } = Object.fromEntries(outputs);
    expect(sum && [...(await readFloats(sum))]).toEqual([11, 22]);
    expect(shape && readIntegers(shape)).toEqual([2]);
  });

  it('feeds tensors and leaves out results that Node.js cannot read', async () => {
    const model = buildModel({
      opset: 21,
      irVersion: 10,
      inputs: { x: ['int64', [2]] },
      outputs: ['doubled', 'small'],
      nodes: [
        { opType: 'Add', inputs: ['x', 'x'], outputs: ['doubled'] },
        { opType: 'Cast', inputs: ['x'], outputs: ['small'], attributes: { to: { int: 22 } } },
      ],
    });
    const feeds = new Map([['x', int64Tensor([2], [3, -4])]]);
    const outputs = await createEvaluator(host).evaluate(await modelBytes(model), feeds, signal);
    expect([...outputs.keys()]).toEqual(['doubled']);
    const doubled = outputs.get('doubled');
    expect(doubled && readIntegers(doubled)).toEqual([6, -8]);
  });

  it('rejects what onnxruntime rejects', async () => {
    const model = buildModel({
      inputs: { x: ['float32', [2, 3]] },
      outputs: ['y'],
      nodes: [{ opType: 'MatMul', inputs: ['x', 'x'], outputs: ['y'] }],
    });
    await expect(createEvaluator(host).evaluate(await modelBytes(model), new Map(), signal)).rejects.toMatchObject({
      code: 'RUNTIME_LOAD',
      message: expect.stringContaining('Incompatible dimensions'),
    });
  });
});

describe('tensors for a session', () => {
  it('hold the strings of text tensors, and refuse types that onnxruntime-node cannot pass', async () => {
    const text = new TextTensor([2], ['a', 'é']);
    expect((await toHostTensors(new Map([['t', text]]))).get('t')).toEqual({
      dataType: 'string',
      dims: [2],
      strings: ['a', 'é'],
    });
    expect(text.byteLength).toBe(3);
    await expect(text.bytes()).rejects.toMatchObject({ code: 'RUNTIME_TYPE' });
    const bfloat16 = { ...float32Tensor([1], [1]), dataType: 'bfloat16' as const };
    await expect(toHostTensors(new Map([['x', bfloat16]]))).rejects.toMatchObject({ code: 'RUNTIME_TYPE' });
  });
});
