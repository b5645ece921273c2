import { afterAll, describe, expect, it } from '@jest/globals';
import {
  float32Tensor,
  floatsToTensor,
  int64Tensor,
  type Model,
  memoryTensor,
  modelBytes,
  type NodeSpec,
  present,
  readFloats,
  readModel,
  type Tensor,
} from '@onnx-compress/graph';
import { signalToNoiseDb } from '@onnx-compress/math';
import { buildModel, ifModelBytes, randomFloats, runModel } from '@onnx-compress/test-kit';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import { fidelityDb } from './support/fidelity.js';
import { halved, inferTypes } from './support/halved.js';
import { roundedEverywhere } from './support/rounded-everywhere.js';

const SANE_DB = 50;

afterAll(closeHost);

const FEEDS = { x: randomFloats([1, 8, 8, 8], 5) };

function net(nodes: readonly NodeSpec[], weights: Readonly<Record<string, Tensor>> = {}, opset = 17): Model {
  return buildModel({
    opset,
    inputs: { x: ['float32', [1, 8, 8, 8]] },
    outputs: { y: ['float32', []] },
    weights: { w: randomFloats([16, 8, 3, 3], 1, 0.2), ...weights },
    nodes,
  });
}

const node = (opType: string, inputs: readonly string[], outputs: readonly string[], attributes = {}): NodeSpec => {
  return { opType, name: outputs[0], inputs, outputs, attributes };
};

const conv = node('Conv', ['x', 'w'], ['c']);

/** The operators of a scope with the types of what they compute, Casts as `Cast:float16`. */
async function typedOperators(model: Model): Promise<readonly string[]> {
  const types = await inferTypes(model);
  return model.graph.nodes.map((next) => {
    const output = present(next.output(0), next.label);
    return `${next.opType}:${types.get(output)?.dataType}`;
  });
}

/** Output `y` with every float16 value rounded, as on a machine that computes in float16. */
async function strictDb(original: Model, candidate: Model, feeds: Readonly<Record<string, Tensor>>): Promise<number> {
  const reference = present((await runModel(original, feeds)).get('y'), 'y');
  const rounded = present((await runModel(await roundedEverywhere(candidate), feeds, 'disabled')).get('y'), 'y');
  return signalToNoiseDb(await readFloats(reference), await readFloats(rounded));
}

describe('fp16 with compute=float16', () => {
  const chain = () => net([conv, node('Relu', ['c'], ['r']), node('Softmax', ['r'], ['y'])]);

  it('computes in float16 between Casts at the borders', async () => {
    const original = chain();
    const { model, changed, diagnostics, metrics } = await halved(original, 'fp16 compute');
    expect(await typedOperators(model)).toEqual([
      'Cast:float16',
      'Conv:float16',
      'Relu:float16',
      'Softmax:float16',
      'Cast:float32',
    ]);
    expect(changed).toMatchObject([{ node: 'c', tensor: 'w', scheme: 'fp16', form: 'float16' }]);
    expect(metrics).toMatchObject({ float16: 3 });
    expect(diagnostics.map(({ code }) => code)).toEqual(['QUANT_HALF_NOT_FASTER_ON_CPU']);
    expect(await fidelityDb(original, model, FEEDS)).toBeGreaterThan(SANE_DB);
    expect(await strictDb(original, model, FEEDS)).toBeGreaterThan(SANE_DB);
  });

  it('has float16 borders where asked for, and keeps the shapes', async () => {
    const { model } = await halved(chain(), 'fp16 compute, io');
    expect(model.graph.nodes.map(({ opType }) => opType)).toEqual(['Conv', 'Relu', 'Softmax']);
    expect(model.graph.inputs.map(({ declared }) => declared)).toEqual([{ dataType: 'float16', dims: [1, 8, 8, 8] }]);
    expect(model.graph.outputs.map(({ declared }) => declared?.dataType)).toEqual(['float16']);
    const x = floatsToTensor('float16', [1, 8, 8, 8], await readFloats(FEEDS.x));
    expect((await runModel(model, { x })).get('y')?.dataType).toBe('float16');
  });

  it('leaves what the caller skips in float32, behind Casts that readers share', async () => {
    const original = net([
      conv,
      node('Sigmoid', ['c'], ['s']),
      node('Exp', ['s'], ['e']),
      node('Neg', ['s'], ['n']),
      node('Add', ['e', 'n'], ['y']),
    ]);
    const { model } = await halved(original, 'fp16 compute', { skip: ['s'] });
    expect(await typedOperators(model)).toEqual([
      'Cast:float16',
      'Conv:float16',
      'Cast:float32',
      'Sigmoid:float32',
      'Cast:float16',
      'Exp:float16',
      'Neg:float16',
      'Add:float16',
      'Cast:float32',
    ]);
    expect(await strictDb(original, model, FEEDS)).toBeGreaterThan(SANE_DB);
  });

  it('leaves operators that need float32, with the reason', async () => {
    const original = net([conv, node('CumSum', ['c', 'axis'], ['s']), node('Tanh', ['s'], ['y'])], {
      axis: int64Tensor([], [2]),
    });
    const { model, skipped } = await halved(original, 'fp16 compute');
    expect(skipped).toEqual([{ node: 's', reason: 'CumSum stays float32 in a float16 model' }]);
    expect(await fidelityDb(original, model, FEEDS)).toBeGreaterThan(SANE_DB);
  });

  it('keeps the scales of Resize in float32', async () => {
    const scales = float32Tensor([4], [1, 1, 1.3, 1.7]);
    const original = net([conv, node('Resize', ['c', '', 'scales'], ['y'], { mode: { string: 'linear' } })], {
      scales,
    });
    const { model } = await halved(original, 'fp16 compute');
    expect(model.graph.value('scales')?.weight?.tensor.dataType).toBe('float32');
    expect((await typedOperators(model)).at(-2)).toBe('Resize:float16');
    expect(await fidelityDb(original, model, FEEDS)).toBeGreaterThan(SANE_DB);
  });

  it('computes sizes, positions and wide integers in float32', async () => {
    const float32 = { to: { int: 1 } };
    const original = net([
      node('Shape', ['x'], ['shape']),
      node('Cast', ['shape'], ['sizes'], float32),
      node('ReduceSum', ['sizes'], ['total']),
      node('Cast', ['x'], ['integers'], { to: { int: 6 } }),
      node('Cast', ['integers'], ['floats'], float32),
      node('Mul', ['floats', 'total'], ['scaled']),
      node('Tanh', ['scaled'], ['y']),
    ]);
    const { model } = await halved(original, 'fp16 compute');
    expect(await typedOperators(model)).toEqual(
      expect.arrayContaining(['Cast:float32', 'ReduceSum:float32', 'Cast:int32', 'Mul:float16', 'Tanh:float16']),
    );
    expect(await fidelityDb(original, model, FEEDS)).toBeGreaterThan(SANE_DB);
  });

  it('casts small integers and booleans straight to float16', async () => {
    const original = net(
      [
        node('Greater', ['x', 'zero'], ['positive']),
        node('Cast', ['positive'], ['mask'], { to: { int: 1 } }),
        node('Mul', ['x', 'mask'], ['y']),
      ],
      { zero: float32Tensor([], [0]) },
    );
    const { model } = await halved(original, 'fp16 compute');
    expect(await typedOperators(model)).toEqual([
      'Cast:float16',
      'Greater:bool',
      'Cast:float16',
      'Mul:float16',
      'Cast:float32',
    ]);
    expect(await strictDb(original, model, FEEDS)).toBeGreaterThan(SANE_DB);
  });

  it('lifts an epsilon that would be zero, and takes a stand-in for infinity as the largest number', async () => {
    const original = net(
      [
        node('Mul', ['x', 'zero'], ['none']),
        node('Add', ['none', 'epsilon'], ['positive']),
        node('Div', ['none', 'positive'], ['zeros']),
        node('Where', ['mask', 'x', 'fill'], ['masked']),
        node('Softmax', ['masked'], ['probabilities']),
        node('Add', ['probabilities', 'zeros'], ['y']),
      ],
      {
        zero: float32Tensor([], [0]),
        epsilon: float32Tensor([], [1e-12]),
        fill: float32Tensor([], [-3.4028234663852886e38]),
        mask: memoryTensor('bool', [8], Uint8Array.of(1, 1, 0, 1, 0, 1, 1, 1)),
      },
    );
    const { model } = await halved(original, 'fp16 compute');
    const values = await Promise.all(
      [...model.weights()].map(async ({ name, tensor }) => [name, await readFloats(tensor)]),
    );
    expect(Object.fromEntries(values)).toMatchObject({
      epsilon_float16: Float32Array.of(2 ** -24),
      fill_float16: Float32Array.of(-65504),
    });
    expect(await strictDb(original, model, FEEDS)).toBeGreaterThan(SANE_DB);
  });

  it('computes the variance of a norm in float32, however it is written', async () => {
    const channels = { axes: { ints: [1] } };
    const original = net(
      [
        node('Mul', ['x', 'large'], ['h']),
        node('ReduceMean', ['h'], ['mean'], channels),
        node('Mul', ['h', 'h'], ['squares']),
        node('ReduceMean', ['squares'], ['power'], channels),
        node('Mul', ['mean', 'mean'], ['meanSquared']),
        node('Sub', ['power', 'meanSquared'], ['variance']),
        node('Sqrt', ['variance'], ['deviation']),
        node('Sub', ['h', 'mean'], ['centred']),
        node('Div', ['centred', 'deviation'], ['y']),
      ],
      { large: float32Tensor([], [500]) },
    );
    const { model, skipped } = await halved(original, 'fp16 compute');
    expect(skipped.map((skip) => skip.node)).toEqual([
      'mean',
      'squares',
      'power',
      'meanSquared',
      'variance',
      'deviation',
    ]);
    expect(await strictDb(original, model, FEEDS)).toBeGreaterThan(SANE_DB);
  });

  it('leaves a node that computes with a number beyond the range', async () => {
    const original = net([conv, node('Mul', ['c', 'large'], ['m']), node('Mul', ['m', 'small'], ['y'])], {
      large: float32Tensor([], [1e6]),
      small: float32Tensor([], [1e-6]),
    });
    const { skipped } = await halved(original, 'fp16 compute');
    expect(skipped).toEqual([{ node: 'm', reason: 'its weight "large" holds values beyond the range of float16' }]);
  });

  it.each([true, false])('works inside the branches of an If (condition %p)', async (condition) => {
    const original = await readModel(ifModelBytes({ rows: 32, columns: 48 }));
    const { model, changed } = await halved(original, 'fp16 compute');
    expect(changed.map(({ form }) => form)).toEqual(['float16', 'float16']);
    const feeds = {
      x: randomFloats([1, 32], 4),
      condition: memoryTensor('bool', [], Uint8Array.of(Number(condition))),
    };
    expect(await strictDb(original, model, feeds)).toBeGreaterThan(SANE_DB);
  });

  it('gives float32 readers of a float16 weight a Cast', async () => {
    const original = net(
      [
        conv,
        node('CumSum', ['w', 'axis'], ['sums']),
        node('Conv', ['x', 'sums'], ['d']),
        node('Add', ['c', 'd'], ['y']),
      ],
      { axis: int64Tensor([], [0]) },
    );
    const { model } = await halved(original, 'fp16 compute');
    expect([...model.weights()].map(({ tensor }) => tensor.dataType).sort()).toEqual(['float16', 'int64']);
    expect(await fidelityDb(original, model, FEEDS)).toBeGreaterThan(SANE_DB);
  });

  it('leaves a float16 model as it is and says so', async () => {
    const { model: half } = await halved(chain(), 'fp16 compute, io');
    const { model, changed, diagnostics } = await halved(half, 'fp16 compute');
    expect(changed).toEqual([]);
    expect(diagnostics.map(({ code }) => code)).toEqual(['QUANT_ALREADY_HALF']);
    expect(await modelBytes(model)).toEqual(await modelBytes(half));
  });
});

describe('a model that is quantized in part, computed in float16', () => {
  it('keeps its quantized layers', async () => {
    const original = net(
      [
        conv,
        node('QuantizeLinear', ['c', 'scale', 'zero'], ['q']),
        node('DequantizeLinear', ['q', 'scale', 'zero'], ['d']),
        node('Relu', ['d'], ['r']),
        node('Tanh', ['r'], ['y']),
      ],
      { scale: float32Tensor([], [0.1]), zero: memoryTensor('uint8', [], Uint8Array.of(128)) },
    );
    const { model, skipped } = await halved(original, 'fp16 compute');
    expect(skipped.map((skip) => skip.node)).toEqual(['c', 'q', 'd', 'r']);
    expect(new Set(skipped.map(({ reason }) => reason))).toEqual(new Set(['is already quantized']));
    expect(await fidelityDb(original, model, FEEDS)).toBeGreaterThan(35);
  });
});
