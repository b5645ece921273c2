import { describe, expect, it } from '@jest/globals';
import {
  floatsToTensor,
  type Model,
  memoryTensor,
  present,
  readFloats,
  readModel,
  type Tensor,
} from '@onnx-compress/graph';
import { buildModel, ifModelBytes, randomFloats, runModel } from '@onnx-compress/test-kit';
import { quantized } from './support/context.js';
import { fidelityDb, floatsOf } from './support/fidelity.js';
import { optimizedOperators } from './support/optimized-operators.js';

const FEEDS = { x: randomFloats([1, 8, 9, 9], 5) };
const SANE_DB = 35;

function conv(weight: Tensor, attributes = {}, opType = 'Conv', opset = 17, irVersion = 8): Model {
  return buildModel({
    opset,
    irVersion,
    inputs: { x: ['float32', [1, 8, 9, 9]] },
    outputs: ['y'],
    weights: { w: weight },
    nodes: [{ opType, name: 'layer', inputs: ['x', 'w'], outputs: ['y'], attributes }],
  });
}

describe('a restored weight', () => {
  it.each([
    ['Conv', [16, 8, 3, 3], {}],
    ['Conv', [16, 4, 3, 3], { group: { int: 2 } }],
    ['Conv', [64, 1, 3, 3], { group: { int: 8 } }],
    ['ConvTranspose', [8, 16, 3, 3], {}],
    ['ConvTranspose', [8, 8, 3, 3], { group: { int: 2 } }],
  ])('serves %s with a weight %j and %j', async (opType, dims, attributes) => {
    const original = conv(randomFloats(dims, 1), attributes, opType);
    for (const granularity of ['per-channel', 'per-tensor'] as const) {
      const { model, changed } = await quantized(original, { granularity });
      expect(changed).toMatchObject([{ node: 'layer', tensor: 'w', form: 'weight-only' }]);
      expect(await fidelityDb(original, model, FEEDS)).toBeGreaterThan(SANE_DB);
    }
  });

  it('has the bits that DequantizeLinear gives', async () => {
    const { model } = await quantized(conv(randomFloats([16, 8, 3, 3], 1)));
    const { model: reference } = await quantized(conv(randomFloats([16, 8, 3, 3], 1)));
    const { graph } = reference;
    const scale = present(graph.value('w_scale')?.weight, 'scale');
    const channels = graph.addWeight('channels', floatsToTensor('float32', [16], await readFloats(scale.tensor)));
    const layer = present(
      graph.nodes.find(({ name }) => name === 'layer'),
      'layer',
    );
    const inputs = ['w_quantized', channels.name];
    graph.addNode(
      { opType: 'DequantizeLinear', inputs, outputs: ['dequantized'], attributes: { axis: { int: 0 } } },
      { before: layer },
    );
    layer.setInput(1, 'dequantized');
    expect(await floatsOf(model, FEEDS, 'disabled')).toEqual(await floatsOf(reference, FEEDS, 'disabled'));
  });

  it('is folded by onnxruntime when the model is loaded, so that the float kernel runs', async () => {
    const original = conv(randomFloats([16, 8, 3, 3], 1));
    const { model } = await quantized(original);
    expect(await optimizedOperators(model)).toEqual(await optimizedOperators(original));
  });

  it.each([7, 9, 10, 11, 12, 13, 21])('needs no newer opset than %d', async (opset) => {
    const original = conv(randomFloats([16, 8, 3, 3], 1), {}, 'Conv', opset);
    const { model, changed } = await quantized(original);
    expect(changed).toHaveLength(1);
    expect(model.opset()).toBe(opset);
    expect(await fidelityDb(original, model, FEEDS)).toBeGreaterThan(SANE_DB);
  });

  it('replaces the weight among the inputs of an IR-3 model', async () => {
    const original = conv(randomFloats([16, 8, 3, 3], 1), {}, 'Conv', 8, 3);
    const { model } = await quantized(original);
    expect([...model.weights()].map(({ name, form }) => [name, form])).toEqual([
      ['w_quantized', 'initializer-input'],
      ['w_scale', 'initializer-input'],
    ]);
    expect(await fidelityDb(original, model, FEEDS)).toBeGreaterThan(SANE_DB);
  });

  it('replaces a weight in a Constant node behind an Identity', async () => {
    const original = buildModel({
      inputs: { x: ['float32', [1, 8, 9, 9]] },
      outputs: ['y'],
      nodes: [
        {
          opType: 'Constant',
          inputs: [],
          outputs: ['w'],
          attributes: { value: { tensor: randomFloats([16, 8, 3, 3], 1) } },
        },
        { opType: 'Identity', inputs: ['w'], outputs: ['copy'] },
        { opType: 'Conv', inputs: ['x', 'copy'], outputs: ['y'] },
      ],
    });
    const { model } = await quantized(original);
    expect(model.graph.nodes.map(({ opType }) => opType)).toEqual(['Cast', 'Mul', 'Conv']);
    expect(await fidelityDb(original, model, FEEDS)).toBeGreaterThan(SANE_DB);
  });

  it('is shared by the layers that share the weight', async () => {
    const original = buildModel({
      inputs: { x: ['float32', [1, 8, 9, 9]] },
      outputs: ['y'],
      weights: { w: randomFloats([8, 8, 3, 3], 1, 0.1) },
      nodes: [
        { opType: 'Conv', inputs: ['x', 'w'], outputs: ['h'] },
        { opType: 'Conv', inputs: ['h', 'w'], outputs: ['y'] },
      ],
    });
    const { model, changed } = await quantized(original);
    expect(model.graph.nodes.map(({ opType }) => opType)).toEqual(['Cast', 'Mul', 'Conv', 'Conv']);
    expect(changed).toHaveLength(2);
    expect(await fidelityDb(original, model, FEEDS)).toBeGreaterThan(SANE_DB);
  });

  it.each([true, false])('works inside the branches of an If (condition %p)', async (condition) => {
    const original = await readModel(ifModelBytes({ rows: 32, columns: 48 }));
    const { model, changed } = await quantized(original);
    expect(changed.map(({ tensor }) => tensor)).toEqual(['then_weight', 'else_weight']);
    const feeds = {
      x: randomFloats([1, 32], 4),
      condition: memoryTensor('bool', [], Uint8Array.of(Number(condition))),
    };
    expect(await fidelityDb(original, model, feeds)).toBeGreaterThan(SANE_DB);
  });

  it('keeps a float16 model a float16 model', async () => {
    const half = (dims: readonly number[], seed: number) => toHalf(randomFloats(dims, seed));
    const original = buildModel({
      inputs: { x: ['float16', [1, 8, 9, 9]] },
      outputs: { y: ['float16', [1, 16, 7, 7]] },
      weights: { w: await half([16, 8, 3, 3], 1) },
      nodes: [{ opType: 'Conv', inputs: ['x', 'w'], outputs: ['y'] }],
    });
    const { model, changed } = await quantized(original);
    expect(changed).toHaveLength(1);
    const feeds = { x: await half([1, 8, 9, 9], 5) };
    expect(present((await runModel(model, feeds)).get('y'), 'y').dataType).toBe('float16');
    expect(await fidelityDb(original, model, feeds)).toBeGreaterThan(SANE_DB);
  });

  it.each([
    ['a left factor', [12, 40], [40, 5], true],
    ['a stack of matrices', [3, 40, 12], [3, 5, 40], false],
    ['a vector', [400], [5, 400], false],
  ])('serves MatMul with %s', async (_what, dims, input, left) => {
    const original = buildModel({
      inputs: { x: ['float32', input] },
      outputs: ['y'],
      weights: { w: randomFloats(dims, 1) },
      nodes: [{ opType: 'MatMul', inputs: left ? ['w', 'x'] : ['x', 'w'], outputs: ['y'] }],
    });
    const { model, changed } = await quantized(original);
    expect(changed).toHaveLength(1);
    expect(await fidelityDb(original, model, { x: randomFloats(input, 3) })).toBeGreaterThan(SANE_DB);
  });
});

async function toHalf(tensor: Tensor): Promise<Tensor> {
  return floatsToTensor('float16', tensor.dims, await readFloats(tensor));
}
