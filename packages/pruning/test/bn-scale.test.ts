import { afterAll, describe, expect, it } from '@jest/globals';
import { float32Tensor, floatsToTensor, type Model, present, type Tensor } from '@onnx-compress/graph';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import { scaleMagnitudes } from '../src/criteria/bn-scale.js';
import { bnScale } from '../src/index.js';
import { Net } from './net.js';
import { exactly, testContext } from './pruning-context.js';
import { membersIn, scoresOf, scoringContext } from './scored-groups.js';

afterAll(closeHost);

/** Adds a BatchNormalization with the given scales. */
function scaled(net: Net, value: string, scale: string): string {
  const channels = net.channels(value);
  const ones = net.constant(float32Tensor([channels], Array<number>(channels).fill(1)));
  return net.op('BatchNormalization', [value, scale, net.weight([channels]), net.weight([channels]), ones], channels);
}

const scales = (net: Net, ...values: number[]) => net.constant(float32Tensor([values.length], values));

async function firstScores(model: Model): Promise<readonly number[]> {
  return scoresOf(scaleMagnitudes, present((await membersIn(model))[0], 'group'));
}

async function firstReason(model: Model): Promise<string> {
  const [scores] = await scaleMagnitudes(await membersIn(model), scoringContext());
  return scores?.kind === 'unscored' ? scores.reason : '';
}

describe('bn-scale', () => {
  it('takes the magnitudes of the scales', async () => {
    const net = new Net();
    const normal = scaled(net, net.conv('x', 4), scales(net, 0.5, -2, 0, 1));
    expect(await firstScores(net.build(net.conv(normal, 2)))).toEqual([0.5, 2, 0, 1]);
  });

  it('adds up those of all that scale the same channels, also where they share a vector', async () => {
    const net = new Net();
    const shared = scales(net, -1, 0.25);
    const [first, second] = [scaled(net, net.conv('x', 2), shared), scaled(net, net.conv('x', 2), shared)];
    const sum = scaled(net, net.op('Add', [first, second], 2), scales(net, 4, 8));
    expect(await firstScores(net.build(net.conv(sum, 3)))).toEqual([6, 8.5]);
  });

  it('finds the part of each layer in one over concatenated channels', async () => {
    const net = new Net();
    const joined = net.op('Concat', [net.conv('x', 2), net.conv('x', 3)], 5, { axis: { int: 1 } });
    const model = net.build(net.conv(scaled(net, joined, scales(net, 1, -2, 3, -4, 5)), 2));
    const [first, second] = await membersIn(model);
    expect(await scoresOf(scaleMagnitudes, present(first, 'first'))).toEqual([1, 2]);
    expect(await scoresOf(scaleMagnitudes, present(second, 'second'))).toEqual([3, 4, 5]);
  });

  it('reads scales behind a Cast', async () => {
    const net = new Net();
    const half: Tensor = floatsToTensor('float16', [2], Float32Array.of(-0.5, 2));
    const cast = net.op('Cast', [net.constant(half)], 2, { to: { int: 1 } });
    expect(await firstScores(net.build(net.conv(scaled(net, net.conv('x', 2), cast), 3)))).toEqual([0.5, 2]);
  });

  it('has no score for a layer without BatchNormalization, or with one for some channels only', async () => {
    const bare = new Net();
    expect(await firstReason(bare.build(bare.conv(bare.conv('x', 4), 2)))).toBe(
      'no BatchNormalization scales its channels',
    );
    const partly = new Net();
    const halves = partly.ops('Split', [partly.conv('x', 4), partly.integers([2, 2])], [2, 2], { axis: { int: 1 } });
    const [first = '', second = ''] = halves;
    const outputs = [partly.conv(scaled(partly, first, scales(partly, 1, 2)), 2), partly.conv(second, 2)];
    expect(await firstReason(partly.build(...outputs))).toBe('some of its channels have no BatchNormalization');
  });

  it('removes the channels scaled least, and lists the layers that it leaves whole', async () => {
    const net = new Net();
    const normal = scaled(net, net.conv('x', 4), scales(net, 0.5, -2, 0.1, 1));
    const bare = net.conv(normal, 6);
    const model = net.build(net.conv(bare, 2));
    const { changed, skipped, metrics } = await bnScale
      .create(exactly(0.5), { include: [], skip: [] })
      .run(model, testContext());
    expect(changed[0]).toMatchObject({ axis: 0, removed: [0, 2] });
    expect(skipped).toContainEqual({
      node: present(model.graph.value(bare)?.producer, bare).label,
      reason: 'no BatchNormalization scales its channels',
    });
    expect(metrics).toMatchObject({ groupsPruned: 1, groupsSkipped: 2 });
    expect(model.validate()).toEqual([]);
  });

  it('names the node and the channel of a scale that is not finite', async () => {
    const net = new Net();
    const normal = scaled(net, net.conv('x', 3), scales(net, 1, 2, Number.NaN));
    const model = net.build(net.conv(normal, 2));
    const node = present(model.graph.value(normal)?.producer, normal).label;
    await expect(firstScores(model)).rejects.toMatchObject({ code: 'SCORE_NOT_FINITE', node });
    await expect(firstScores(model)).rejects.toThrow('channel 2');
  });
});
