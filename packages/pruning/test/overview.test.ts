import { afterAll, describe, expect, it } from '@jest/globals';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import { prunableGroups } from '../src/index.js';
import { bert, HEADS, SIZE, WIDTH } from './attention-nets.js';
import { Net } from './net.js';
import { testContext } from './pruning-context.js';
import { TokenNet } from './token-net.js';

afterAll(closeHost);

describe('the overview of what can be pruned', () => {
  it('counts the products between activations that shrink with a group', async () => {
    const net = new TokenNet(WIDTH);
    const { groups, macs } = await prunableGroups(net.build(bert(net)), testContext());
    const [batch, length] = [2, 5];
    const linear = batch * length * WIDTH * WIDTH;
    const product = batch * HEADS * length * length * SIZE;
    expect(macs).toBe(4 * linear + 2 * product);
    const open = groups.filter(({ units, pinned }) => pinned < units);
    expect(open.map((group) => group.macs)).toEqual([2 * linear + product, 2 * linear + product]);
  });

  it('does not know the multiply-accumulates of layers whose shapes are unknown', async () => {
    const net = new Net();
    const columns = net.op('NonZero', [net.unary('Relu', net.conv('x', 6))], 4);
    const values = net.op('Cast', [net.op('Transpose', [columns], 4)], 4, { to: { int: 1 } });
    const hidden = net.op('MatMul', [values, net.weight([4, 8])], 8);
    const { groups } = await prunableGroups(
      net.build(net.op('MatMul', [hidden, net.weight([8, 2])], 2)),
      testContext(),
    );
    expect(groups.find(({ units }) => units === 8)).toMatchObject({
      opType: 'MatMul',
      parameters: 48,
      macs: undefined,
    });
  });
});
