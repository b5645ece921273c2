import { afterAll, describe, expect, it } from '@jest/globals';
import { type Model, modelBytes } from '@onnx-compress/graph';
import { buildModel, randomFloats } from '@onnx-compress/test-kit';
import { createHost } from '../src/host/host.js';
import { type MeasurementInputOptions, measurementInputs } from '../src/inputs/measurement-inputs.js';

const host = createHost('worker');
afterAll(() => host.close());

async function shapes(model: Model, options: Partial<MeasurementInputOptions>) {
  const session = await host.open({ bytes: await modelBytes(model) }, { optimization: 'disabled' });
  try {
    const feeds = await measurementInputs(model, session, { seed: 0, ...options });
    return Object.fromEntries([...feeds].map(([name, { dims }]) => [name, dims]));
  } finally {
    await session.release();
  }
}

const conv = buildModel({
  inputs: { image: ['float32', ['n', 3, 'h', 'w']] },
  outputs: ['y'],
  weights: { w: randomFloats([4, 3, 3, 3], 1) },
  nodes: [{ opType: 'Conv', inputs: ['image', 'w'], outputs: ['y'] }],
});

const sum = buildModel({
  inputs: { a: ['float32', ['n', 4]], b: ['float32', [1, 4]], scale: ['float32', []] },
  outputs: ['y'],
  nodes: [
    { opType: 'Add', inputs: ['a', 'b'], outputs: ['ab'] },
    { opType: 'Mul', inputs: ['ab', 'scale'], outputs: ['y'] },
  ],
});

describe('inputs of a measurement', () => {
  it('have the shapes that are given', async () => {
    expect(await shapes(conv, { sizes: [[2, 3, 40, 24]] })).toEqual({ image: [2, 3, 40, 24] });
  });

  it('have the batch that is given, and sizes with which the model runs elsewhere', async () => {
    expect(await shapes(conv, { batch: 4 })).toEqual({ image: [4, 3, 64, 64] });
    expect(await shapes(conv, { batch: 4, dims: new Map([['h', 8]]) })).toEqual({ image: [4, 3, 8, 64] });
  });

  it('fill inputs of undeclared rank with the shape that is given', async () => {
    const shapeless = conv.clone();
    for (const input of shapeless.graph.inputs) {
      shapeless.graph.setInputType(input, { dataType: 'float32', dims: undefined });
    }
    expect(await shapes(shapeless, { sizes: [[1, 3, 5, 6]] })).toEqual({ image: [1, 3, 5, 6] });
  });

  it('leave the model as it was', async () => {
    await shapes(conv, { sizes: [[2, 3, 40, 24]] });
    expect(conv.graph.inputs[0]?.declared?.dims).toEqual(['n', 3, 'h', 'w']);
  });

  it('are refused where the model fixes another size, and say which', async () => {
    await expect(shapes(conv, { sizes: [[2, 4, 40, 24]] })).rejects.toMatchObject({
      code: 'SIZES_SHAPE',
      message: 'Shape [2, 4, 40, 24] does not fit input "image", which fixes axis 1 to 3 (image: float32 [n, 3, h, w])',
    });
    await expect(shapes(conv, { sizes: [[2, 3, 40]] })).rejects.toThrow('another number of axes');
    await expect(shapes(sum, { sizes: [[2, 4]] })).rejects.toMatchObject({ code: 'SIZES_COUNT' });
  });

  it('are refused for a batch where a first axis is fixed', async () => {
    await expect(shapes(sum, { batch: 2 })).rejects.toMatchObject({ code: 'BATCH_FIXED', tensor: 'b' });
    expect(await shapes(sum, { batch: 1 })).toEqual({ a: [1, 4], b: [1, 4], scale: [] });
  });

  it('are refused where one dimension gets two sizes', async () => {
    const twice = { batch: 2, dims: new Map([['n', 3]]) };
    await expect(shapes(conv, twice)).rejects.toMatchObject({ code: 'SIZE_CONTRADICTS' });
    const sizes = { sizes: [[2, 3, 8, 8]], dims: new Map([['h', 9]]) };
    await expect(shapes(conv, sizes)).rejects.toMatchObject({ code: 'SIZE_CONTRADICTS' });
  });
});
