import { afterAll, describe, expect, it } from '@jest/globals';
import { float32Tensor, type Model, type NodeSpec, present, readFloats } from '@onnx-compress/graph';
import { buildModel, randomFloats } from '@onnx-compress/test-kit';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import { matchMomentsByNormalization } from '../src/moments/match-by-normalization.js';
import { unknownInputs } from '../src/moments/reasons.js';
import { contextWith, cut, momentsOf, samplesOf } from './moments-support.js';

afterAll(closeHost);

const KEEP = [0, 2];
const kept = new Map([['first', { outputs: KEEP }]]);

const values = (...numbers: number[]) => float32Tensor([numbers.length], numbers);

const normalization = (name: string, input: string, output: string): NodeSpec => ({
  opType: 'BatchNormalization',
  name,
  inputs: [input, ...['scale', 'bias', 'mean', 'variance'].map((part) => `${name}_${part}`)],
  outputs: [output],
  attributes: { epsilon: { float: 0 } },
});

/** Four independent normal channels, whose deviations are 1 to 4 behind the first normalization, and two sums of them. */
function sums(first: NodeSpec = normalization('inner', 'c', 'a')): Model {
  return buildModel({
    inputs: { x: ['float32', ['n', 4, 3, 3]] },
    outputs: ['y'],
    weights: {
      w0: float32Tensor([4, 4, 1, 1], [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]),
      inner_scale: values(1, 2, 3, 4),
      inner_bias: values(0, 0, 0, 0),
      inner_mean: values(0, 0, 0, 0),
      inner_variance: values(1, 1, 1, 1),
      w1: float32Tensor([2, 4, 1, 1], [1, 1, 1, 1, 1, 0, 2, 0]),
      outer_scale: values(1, 2),
      outer_bias: values(3, -4),
      outer_mean: values(0, 0),
      outer_variance: values(30, 37),
    },
    nodes: [
      { opType: 'Conv', name: 'first', inputs: ['x', 'w0'], outputs: ['c'] },
      first,
      { opType: 'Conv', name: 'second', inputs: ['a', 'w1'], outputs: ['d'] },
      normalization('outer', 'd', 'y'),
    ],
  });
}

async function withoutChannels(original: Model, ...vectors: readonly string[]): Promise<Model> {
  const changed = original.clone();
  for (const weight of ['w0', ...vectors]) await cut(changed, weight, 0, KEEP);
  await cut(changed, 'w1', 1, KEEP);
  return changed;
}

const INNER = ['inner_scale', 'inner_bias', 'inner_mean', 'inner_variance'];
const context = () => contextWith(samplesOf([randomFloats([500, 4, 3, 3], 1)]));

describe('moments from the parameters of normalizations', () => {
  it('scale the running variance by what the variance of the input falls to', async () => {
    const original = sums();
    const changed = await withoutChannels(original, ...INNER);
    const repairs = await matchMomentsByNormalization({ original, changed, kept }, context());
    expect(repairs).toEqual([{ node: 'second', method: 'mean-variance' }]);
    const variance = present(changed.graph.value('outer_variance')?.weight, 'variance').tensor;
    const [first, second] = await readFloats(variance);
    expect(first).toBeCloseTo(10, 4);
    expect(second).toBeCloseTo(37, 4);
  });

  it('bring the deviations back where channels are independent', async () => {
    const original = sums();
    const changed = await withoutChannels(original, ...INNER);
    await matchMomentsByNormalization({ original, changed, kept }, context());
    const [, , first, second] = await momentsOf(changed, { name: 'y', rank: 4, axis: 1 }, context());
    expect(first).toBeCloseTo(1, 1);
    expect(second).toBeCloseTo(2, 1);
  });

  it('are not matched where nothing is known of the input', async () => {
    const original = sums({ opType: 'Relu', name: 'relu', inputs: ['c'], outputs: ['a'] });
    const changed = await withoutChannels(original);
    expect(await matchMomentsByNormalization({ original, changed, kept }, context())).toEqual([
      { node: 'second', method: undefined, reason: unknownInputs() },
    ]);
    expect(changed.graph.value('outer_variance')?.weight?.tensor).toBe(
      original.graph.value('outer_variance')?.weight?.tensor,
    );
  });
});
