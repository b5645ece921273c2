import { afterAll, describe, expect, it } from '@jest/globals';
import type { Calibration } from '@onnx-compress/core';
import type { Model, NodeSpec, Tensor } from '@onnx-compress/graph';
import { buildModel, randomFloats, samplesOf } from '@onnx-compress/test-kit';
import { closeHost, runtimeContext } from '@onnx-compress/test-kit/runtime';
import { quantized } from './support/context.js';
import { fidelityDb } from './support/fidelity.js';
import { optimizedOperators } from './support/optimized-operators.js';

afterAll(closeHost);

const LAYERS = 5;

/** Five convolutions of 32 channels with Relu, pooled and classified with Softmax; at opset 11. */
function convNet(): Model {
  const nodes: NodeSpec[] = [];
  const weights: Record<string, Tensor> = { head_w: randomFloats([10, 32], 90, 0.2), head_b: randomFloats([10], 91) };
  for (let layer = 0; layer < LAYERS; layer++) {
    weights[`w${layer}`] = randomFloats([32, 32, 3, 3], layer, 0.08);
    weights[`b${layer}`] = randomFloats([32], 20 + layer, 0.1);
    const input = layer === 0 ? 'x' : `r${layer - 1}`;
    const attributes = { pads: { ints: [1, 1, 1, 1] } };
    nodes.push({
      opType: 'Conv',
      name: `conv${layer}`,
      inputs: [input, `w${layer}`, `b${layer}`],
      outputs: [`c${layer}`],
      attributes,
    });
    nodes.push({ opType: 'Relu', name: `relu${layer}`, inputs: [`c${layer}`], outputs: [`r${layer}`] });
  }
  nodes.push(
    { opType: 'GlobalAveragePool', inputs: [`r${LAYERS - 1}`], outputs: ['p'] },
    { opType: 'Flatten', inputs: ['p'], outputs: ['f'] },
    {
      opType: 'Gemm',
      name: 'head',
      inputs: ['f', 'head_w', 'head_b'],
      outputs: ['logits'],
      attributes: { transB: { int: 1 } },
    },
    { opType: 'Softmax', inputs: ['logits'], outputs: ['y'] },
  );
  return buildModel({ opset: 11, inputs: { x: ['float32', [1, 32, 28, 28]] }, outputs: ['y'], weights, nodes });
}

const picture = (seed: number) => randomFloats([1, 32, 28, 28], 100 + seed);

const calibration: Calibration = samplesOf('x', [0, 1, 2, 3, 4, 5, 6, 7].map(picture));

const withSamples = { runtime: runtimeContext(calibration) };

describe('static int8', () => {
  it('runs the convolutions on integers, and what leads to the Softmax in floats', async () => {
    const original = convNet();
    const { model, changed } = await quantized(original, withSamples);
    const forms = new Map(changed.map(({ node, form }) => [node, form]));
    for (let layer = 0; layer < LAYERS; layer++) expect(forms.get(`conv${layer}`)).toBe('static');
    expect(forms.get('head')).not.toBe('static');
    expect(model.opset()).toBeGreaterThanOrEqual(13);
    const operators = await optimizedOperators(model);
    expect(operators.filter((name) => name === 'QLinearConv')).toHaveLength(LAYERS);
    expect(operators.filter((name) => name === 'QuantizeLinear')).toHaveLength(1);
    expect(await fidelityDb(original, model, { x: picture(50) })).toBeGreaterThan(30);
  });

  it('tells of each layer the scale of what it reads', async () => {
    const { changed, metrics } = await quantized(convNet(), withSamples);
    expect(changed.find(({ node }) => node === 'conv1')).toMatchObject({
      inputScale: expect.any(Number),
      inputZeroPoint: 0,
    });
    expect(metrics).toMatchObject({ static: LAYERS, quantized: LAYERS + 1 });
  });

  it('gives the same outputs in integer operators', async () => {
    const original = convNet();
    const { model } = await quantized(original, { ...withSamples, format: 'qoperator' });
    const own = [...model.nodes()].map(({ opType }) => opType);
    expect(own.filter((name) => name === 'QLinearConv')).toHaveLength(LAYERS);
    expect(own.filter((name) => name === 'DequantizeLinear')).toHaveLength(1);
    expect(await fidelityDb(original, model, { x: picture(50) })).toBeGreaterThan(30);
  });

  it('leaves float activations where weights alone are wanted, and where there are no samples', async () => {
    const weights = await quantized(convNet(), { ...withSamples, activations: 'none' });
    const noSamples = await quantized(convNet());
    expect([weights.metrics.static, noSamples.metrics.static]).toEqual([0, 0]);
    expect(noSamples.model.opset()).toBe(11);
  });

  it.each([
    { activations: 'static' },
    { equalization: 'activations' },
    { rounding: 'adaptive' },
    { autoFallback: true },
  ] as const)('asks for samples where %p cannot do without', async (option) => {
    await expect(quantized(convNet(), option)).rejects.toMatchObject({ code: 'OPTION_NEEDS_SAMPLES', exitCode: 2 });
  });

  it('keeps weights within 7 bits for processors without VNNI', async () => {
    const { model } = await quantized(convNet(), {
      runtime: { ...runtimeContext(calibration), target: 'node-x64-avx2' },
    });
    const integers = [...model.graph.weights()].filter(({ name }) => /^w\d_quantized$/.test(name));
    expect(integers).toHaveLength(LAYERS);
    for (const { tensor } of integers) {
      const values = new Int8Array(await tensor.bytes());
      expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(64);
    }
  });

  it.each(['minmax', 'percentile', 'entropy', 'mse', 'ema'] as const)('takes ranges by %s', async (observer) => {
    const original = convNet();
    const { model, metrics } = await quantized(original, { ...withSamples, observer, biasCorrection: 'off' });
    expect(metrics.static).toBe(LAYERS);
    expect(await fidelityDb(original, model, { x: picture(50) })).toBeGreaterThan(20);
  });

  it.each([
    { equalization: 'weights' },
    { equalization: 'activations' },
    { rounding: 'adaptive' },
    { weightObserver: 'mse' },
  ] as const)('works together with %p', async (option) => {
    const original = convNet();
    const { model } = await quantized(original, { ...withSamples, ...option, biasCorrection: 'off' });
    expect(await fidelityDb(original, model, { x: picture(50) })).toBeGreaterThan(30);
  });

  it('returns the fewest layers to float with which the outputs are as close as asked for', async () => {
    const searching = { ...withSamples, biasCorrection: 'off', autoFallback: true } as const;
    const plain = await quantized(convNet(), { ...searching, minSnr: 0 });
    expect(plain.metrics).toMatchObject({ returned: 0, static: LAYERS });
    const wanted = Number(plain.metrics.snrBefore) + 1;
    const { metrics } = await quantized(convNet(), { ...searching, minSnr: wanted });
    expect(metrics.snrAfter).toBeGreaterThanOrEqual(wanted);
    expect(metrics.returned).toBeGreaterThan(0);
    expect(metrics.returned).toBeLessThan(LAYERS);
    expect(Number(metrics.static)).toBeGreaterThan(0);
  });
});
