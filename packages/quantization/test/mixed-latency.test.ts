import { afterAll, describe, expect, it } from '@jest/globals';
import { type Context, type ModelTime, type NodeTimes, StepError } from '@onnx-compress/core';
import { float32Tensor, type Model, modelBytes, type Node, present } from '@onnx-compress/graph';
import { buildModel, randomFloats, randomValues, runModel } from '@onnx-compress/test-kit';
import { closeHost, runtimeContext } from '@onnx-compress/test-kit/runtime';
import { nodeLayers } from '../src/mixed/latency/node-layers.js';
import { chain, formatsIn, LAYERS, mixed, SIZE, samples } from './support/mixed-chain.js';
import { shortTimes } from './support/timed.js';

afterAll(closeHost);

const FORMATS = ['int8-weight-only', 'fp16', 'float32'];

/** What a product takes on an imaginary machine, by the node that makes its weight. */
const PRODUCT_MS: Readonly<Record<string, number>> = { Mul: 0.2, Cast: 0.5, '': 1 };

/** What makes the weight of a product: a scale that integers are multiplied by, a cast of halves, nothing. */
const storedBy = (node: Node): string => node.input(1)?.producer?.opType ?? '';

function msOf(node: Node): number {
  if (node.opType === 'MatMul') return present(PRODUCT_MS[storedBy(node)], storedBy(node));
  return node.opType === 'Mul' || node.opType === 'Cast' ? 0.05 : 0.01;
}

function timeOf(model: Model): ModelTime {
  const nodes = new Map<string, number>();
  for (const node of model.nodes()) nodes.set(node.label, (nodes.get(node.label) ?? 0) + msOf(node));
  return { nodes, elsewhere: 0.1 };
}

/** Time between two layers of different formats, which no node tells. */
const BORDER_MS = 0.25;

function wholeMs(model: Model): number {
  const { nodes, elsewhere } = timeOf(model);
  const stored = [...model.nodes()].filter(({ opType }) => opType === 'MatMul').map(storedBy);
  const borders = stored.filter((format, index) => index > 0 && format !== stored[index - 1]).length;
  return [...nodes.values()].reduce((sum, time) => sum + time, elsewhere) + BORDER_MS * borders;
}

/** An imaginary machine, and all ratios that it was asked for. */
function machine() {
  const compared: number[] = [];
  const nodeTimes: NodeTimes = {
    measure: async (models) => models.map(timeOf),
    compare: async (original, candidate) => {
      const ratio = wholeMs(candidate) / wholeMs(original);
      compared.push(ratio);
      return { ratio, low: ratio, high: ratio };
    },
  };
  return { nodeTimes, compared };
}

const contextWith = (nodeTimes: NodeTimes): Context => ({ ...runtimeContext(samples()), nodeTimes });

describe('keep-latency', () => {
  it('holds as measured from end to end, where times of layers promised too much', async () => {
    const original = chain();
    const { nodeTimes, compared } = machine();
    const { model, metrics } = await mixed(original, { formats: FORMATS, keepLatency: 0.5 }, contextWith(nodeTimes));
    expect(compared.length).toBeGreaterThan(1);
    expect(compared[0]).toBeGreaterThan(0.5);
    expect(metrics.latencyRatio).toBe(wholeMs(model) / wholeMs(original));
    expect(metrics.latencyRatio).toBeLessThanOrEqual(0.5);
    expect(metrics.limit).toEqual({ kind: 'latency', part: 0.5 });
  });

  it('counts nodes in front of weights with their layers, and all others once', async () => {
    const { nodeTimes } = machine();
    const { metrics } = await mixed(chain(), { formats: FORMATS, keepLatency: 0.5 }, contextWith(nodeTimes));
    const front = [metrics.front].flat().map((point) => Object(point));
    expect(front[0].ms).toBeCloseTo(0.1 + LAYERS.length * (0.2 + 2 * 0.05 + 0.01), 6);
    expect(front.at(-1).ms).toBeCloseTo(Number(metrics.msBefore), 6);
    expect(metrics.msBefore).toBeCloseTo(wholeMs(chain()), 6);
  });

  it('leaves the layer that loses most in the slower format', async () => {
    const { nodeTimes } = machine();
    const result = await mixed(
      chain(),
      { formats: ['int8-weight-only', 'fp16'], keepLatency: 0.6 },
      contextWith(nodeTimes),
    );
    expect(formatsIn(result).second).toBe('fp16');
  });

  it('is written again from the recipe without timing anything', async () => {
    const { nodeTimes } = machine();
    const options = { formats: FORMATS, keepLatency: 0.6 };
    const first = await mixed(chain(), options, contextWith(nodeTimes));
    const again = await mixed(chain(), { ...options, ...first.resolvedOptions }, runtimeContext(samples()));
    expect(Object.keys(Object(first.resolvedOptions?.layers))).toEqual(expect.arrayContaining(LAYERS));
    expect(await modelBytes(again.model)).toEqual(await modelBytes(first.model));
    expect(formatsIn(again)).toEqual(formatsIn(first));
  });

  it('is refused with the least part that was measured', async () => {
    const { nodeTimes, compared } = machine();
    const refused = mixed(chain(), { formats: FORMATS, keepLatency: 0.2 }, contextWith(nodeTimes));
    await expect(refused).rejects.toMatchObject({ code: 'MIXED_NOT_REACHED' });
    await expect(refused).rejects.toThrow(`keep-latency=0.2 is below ${Math.min(...compared).toFixed(3)}`);
  });

  it('is an error where models cannot be timed', async () => {
    const { nodeTimes } = machine();
    const failing = () => Promise.reject(new StepError('NO_PROFILE', 'no profile was written'));
    const silent = async (models: readonly Model[]) => models.map(() => ({ nodes: new Map(), elsewhere: 0 }));
    for (const broken of [{ measure: failing }, { compare: failing }, { measure: silent }]) {
      const run = mixed(chain(), { formats: FORMATS, keepLatency: 0.6 }, contextWith({ ...nodeTimes, ...broken }));
      await expect(run).rejects.toMatchObject({ code: 'LATENCY_NOT_MEASURED' });
    }
  });

  it('times models in onnxruntime', async () => {
    const x = float32Tensor([1, SIZE], randomValues(SIZE, 1, 1));
    const nodeTimes = shortTimes(new Map([['x', x]]));
    const compared: number[] = [];
    const lenient: NodeTimes = {
      ...nodeTimes,
      compare: async (original, candidate, signal) => {
        const found = await nodeTimes.compare(original, candidate, signal);
        compared.push(found.ratio);
        return { ...found, ratio: found.ratio / 1000 };
      },
    };
    const { model, metrics } = await mixed(chain(), { formats: FORMATS, keepLatency: 0.9 }, contextWith(lenient));
    expect(compared).toHaveLength(1);
    expect(compared.every((ratio) => Number.isFinite(ratio) && ratio > 0)).toBe(true);
    expect(Number(metrics.msBefore)).toBeGreaterThan(0);
    const outputs = await runModel(await modelBytes(model), { x });
    expect(outputs.get('y')?.dims).toEqual([1, SIZE]);
  });
});

describe('nodes of a layer', () => {
  it('are those that a format put in front of it, and all behind it up to the next layer', () => {
    const model = buildModel({
      inputs: { x: ['float32', [1, SIZE]] },
      outputs: ['y'],
      weights: { a_w: randomFloats([SIZE, SIZE], 1), b_w: randomFloats([SIZE, SIZE], 2) },
      nodes: [
        { opType: 'Relu', name: 'start', inputs: ['x'], outputs: ['x0'] },
        { opType: 'Neg', name: 'new input of a', inputs: ['x0'], outputs: ['x1'] },
        { opType: 'MatMul', name: 'a', inputs: ['x1', 'a_w'], outputs: ['h0'] },
        { opType: 'Relu', name: 'relu', inputs: ['h0'], outputs: ['h1'] },
        { opType: 'Neg', name: 'new input of b', inputs: ['h1'], outputs: ['h2'] },
        { opType: 'Neg', name: 'new weight of b', inputs: ['b_w'], outputs: ['b_v'] },
        { opType: 'MatMul', name: 'b', inputs: ['h2', 'b_v'], outputs: ['g0'] },
        { opType: 'Neg', name: 'new output', inputs: ['g0'], outputs: ['g1'] },
        { opType: 'Relu', name: 'end', inputs: ['g1'], outputs: ['y'] },
      ],
    });
    const found = nodeLayers(model, new Set(['a', 'b']), new Set(['start', 'a', 'relu', 'b', 'end']));
    expect(Object.fromEntries([...found].map(([{ label }, layer]) => [label, layer]))).toEqual({
      'new input of a': 'a',
      a: 'a',
      relu: 'a',
      'new input of b': 'b',
      'new weight of b': 'b',
      b: 'b',
      'new output': 'b',
      end: 'b',
    });
  });
});
