import { describe, expect, it } from '@jest/globals';
import { float32Tensor, present, readFloats } from '@onnx-compress/graph';
import { buildModel } from '../src/build-model.js';
import { randomFloats } from '../src/random.js';
import { runModel } from '../src/run-model.js';

const scaled = (irVersion: number) =>
  buildModel({
    irVersion,
    inputs: { x: ['float32', ['batch', 2]] },
    outputs: { y: ['float32', ['batch', 2]] },
    weights: { factor: float32Tensor([2], [3, -1]) },
    nodes: [{ opType: 'Mul', name: 'scale', inputs: ['x', 'factor'], outputs: ['y'] }],
  });

describe('buildModel', () => {
  it.each([3, 8])('builds a model of IR version %i that onnxruntime runs', async (irVersion) => {
    const outputs = await runModel(scaled(irVersion), { x: float32Tensor([1, 2], [5, 7]) });
    expect(await readFloats(present(outputs.get('y'), 'y'))).toEqual(Float32Array.of(15, -7));
  });

  it('takes outputs by name alone', async () => {
    const model = buildModel({
      inputs: { x: ['float32', [1, 3, 8, 8]] },
      outputs: ['y'],
      weights: { w: randomFloats([4, 3, 3, 3], 1) },
      nodes: [{ opType: 'Conv', inputs: ['x', 'w'], outputs: ['y'] }],
    });
    const outputs = await runModel(model, { x: randomFloats([1, 3, 8, 8], 2) }, 'disabled');
    expect(outputs.get('y')?.dims).toEqual([1, 4, 6, 6]);
  });

  it('refuses an unsound description', () => {
    const spec = { inputs: {}, outputs: ['y'], nodes: [{ opType: 'Relu', inputs: ['missing'], outputs: ['y'] }] };
    expect(() => buildModel(spec)).toThrow('missing');
  });
});
