import { afterAll, describe, expect, it } from '@jest/globals';
import { int32Tensor, type Model, memoryTensor } from '@onnx-compress/graph';
import { runModel } from '@onnx-compress/test-kit';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import { HEADS, SIZE, WIDTH } from './attention-nets.js';
import { oracleError } from './oracle.js';
import { randomFeeds } from './pruning-context.js';
import { type Removed, removePart } from './remove-part.js';
import { TokenNet } from './token-net.js';

afterAll(closeHost);

async function check(original: Model): Promise<Removed> {
  const removed = await removePart(original);
  const { model, changed } = removed;
  expect(model.validate()).toEqual([]);
  expect(changed).not.toEqual([]);
  const feeds = randomFeeds(original);
  expect(await oracleError(original, original, changed, feeds)).toBeGreaterThan(1e-3);
  for (const level of ['disabled', 'all'] as const) {
    expect(await oracleError(original, model, changed, feeds, level)).toBeLessThanOrEqual(1e-4);
  }
  return removed;
}

const ms = (opType: string) => `com.microsoft.${opType}`;
const heads = (count: number) => ({ num_heads: { int: count } });
const project = (net: TokenNet, from = WIDTH, to = WIDTH) => net.linear('x', from, to);

const ATTENTION: Readonly<Record<string, (net: TokenNet) => string>> = {
  Attention: (net) => {
    const operands = ['x', net.weight(WIDTH, 3 * WIDTH), net.weight(3 * WIDTH)];
    return net.op(ms('Attention'), operands, heads(HEADS));
  },
  'Attention behind a prunable layer, with a mask': (net) => {
    const mask = net.constant(int32Tensor([2, 5], [1, 1, 1, 1, 0, 1, 1, 1, 0, 0]));
    const operands = [net.linear('x', WIDTH, 16), net.weight(16, 3 * WIDTH), net.weight(3 * WIDTH), mask];
    return net.op(ms('Attention'), operands, heads(HEADS));
  },
  'Attention with sizes of its own for values, and scores added': (net) => {
    const sizes = [HEADS * 3, HEADS * 3, WIDTH];
    const operands = ['x', net.weight(WIDTH, 2 * HEADS * 3 + WIDTH), net.weight(2 * HEADS * 3 + WIDTH)];
    const scores = net.weight(2, HEADS, 5, 5);
    return net.op(ms('Attention'), [...operands, '', '', scores], {
      ...heads(HEADS),
      qkv_hidden_sizes: { ints: sizes },
    });
  },
  MultiHeadAttention: (net) =>
    net.op(ms('MultiHeadAttention'), [project(net), project(net), project(net)], heads(HEADS)),
  'MultiHeadAttention with bias and scores added': (net) => {
    const operands = [0, 1, 2].map(() => net.op('MatMul', ['x', net.weight(WIDTH, WIDTH)]));
    const further = [net.weight(3 * WIDTH), '', net.weight(1, HEADS, 5, 5)];
    return net.op(ms('MultiHeadAttention'), [...operands, ...further], heads(HEADS));
  },
  'MultiHeadAttention over separate keys and values': (net) => {
    const memory = net.input('memory', [2, 7, 10]);
    const [keys, values] = [net.linear(memory, 10, WIDTH), net.linear(memory, 10, WIDTH)];
    return net.op(ms('MultiHeadAttention'), [project(net), keys, values], heads(HEADS));
  },
  GroupQueryAttention: (net) => {
    const lengths = net.constant(int32Tensor([2], [4, 4]));
    const total = net.constant(int32Tensor([1], [5]));
    const operands = [net.linear('x', WIDTH, 32), net.linear('x', WIDTH, 16), net.linear('x', WIDTH, 16)];
    const attributes = { ...heads(4), kv_num_heads: { int: 2 } };
    const [first = ''] = net.ops(ms('GroupQueryAttention'), 1, [...operands, '', '', lengths, total], attributes);
    return net.linear(first, 32, WIDTH);
  },
  'GroupQueryAttention of one packed operand': (net) => {
    const lengths = net.constant(int32Tensor([2], [4, 4]));
    const total = net.constant(int32Tensor([1], [5]));
    const operands = [net.linear('x', WIDTH, 64), '', '', '', '', lengths, total];
    const attributes = { ...heads(4), kv_num_heads: { int: 2 } };
    const [first = ''] = net.ops(ms('GroupQueryAttention'), 1, operands, attributes);
    return net.linear(first, 32, WIDTH);
  },
};

describe('fused attention keeps its heads where', () => {
  it('its cache is a graph output', async () => {
    const net = new TokenNet(WIDTH);
    const past = net.input('past', [2, 2, HEADS, 3, SIZE]);
    const operands = ['x', net.weight(WIDTH, 3 * WIDTH), net.weight(3 * WIDTH), '', past];
    const [value = '', present = ''] = net.ops(ms('Attention'), 2, operands, heads(HEADS));
    const { groups, changed } = await removePart(net.build(net.linear(value, WIDTH, 7), present));
    expect(changed).toEqual([]);
    expect([...(groups[0]?.pinned.values() ?? [])][0]).toMatch(/graph (input|output)/);
  });

  it('its weights are packed', async () => {
    const net = new TokenNet(WIDTH);
    const packed = net.constant(memoryTensor('uint8', [12, 1, 16], new Uint8Array(192).fill(17)));
    const attributes = { K: { int: 24 }, N: { int: 12 }, bits: { int: 4 }, block_size: { int: 32 } };
    const scales = net.weight(12);
    const hidden = net.op(ms('MatMulNBits'), [net.linear('x', WIDTH, WIDTH), packed, scales], attributes);
    const { changed, engine } = await removePart(net.build(net.linear(hidden, 12, 7)));
    expect(changed).toEqual([]);
    expect([...engine.unprunable.values()]).toContainEqual(expect.stringMatching(/MatMulNBits/));
  });
});

describe('fused attention loses heads', () => {
  it.each(Object.entries(ATTENTION))('%s', async (name, build) => {
    const net = new TokenNet(WIDTH);
    const value = build(net);
    const output = name.startsWith('GroupQueryAttention') ? value : net.linear(value, WIDTH, 7);
    const { model } = await check(net.build(output));
    const [node] = model.graph.nodes.filter(({ opType }) => opType.endsWith('Attention'));
    expect(node?.int('num_heads')).toBe(HEADS / 2);
  });
});

const OTHERS: Readonly<Record<string, (net: TokenNet) => string>> = {
  BiasGelu: (net) => net.op(ms('BiasGelu'), [net.op('MatMul', ['x', net.weight(WIDTH, 12)]), net.weight(12)]),
  FastGelu: (net) => net.op(ms('FastGelu'), [project(net, WIDTH, 12), net.weight(12)]),
  'FastGelu without bias': (net) => net.op(ms('FastGelu'), [project(net, WIDTH, 12)]),
  QuickGelu: (net) => net.op(ms('QuickGelu'), [project(net, WIDTH, 12)], { alpha: { float: 1.7 } }),
  Gelu: (net) => net.op(ms('Gelu'), [project(net, WIDTH, 12)]),
  FusedMatMul: (net) => {
    const attributes = { transB: { int: 1 }, alpha: { float: 0.5 } };
    return net.op(ms('FusedMatMul'), [project(net, WIDTH, 16), net.weight(12, 16)], attributes);
  },
  'FusedMatMul of computed values': (net) => {
    const scores = net.op(ms('FusedMatMul'), [project(net, WIDTH, 12), project(net, WIDTH, 12)], {
      transB: { int: 1 },
    });
    return net.op('MatMul', [net.op('Softmax', [scores], { axis: { int: -1 } }), project(net, WIDTH, 12)]);
  },
  FusedGemm: (net) => {
    const flat = net.reshape(project(net), -1, WIDTH);
    const attributes = { activation: { string: 'Relu' }, transB: { int: 1 } };
    const hidden = net.op(ms('FusedGemm'), [flat, net.weight(12, WIDTH), net.weight(12)], attributes);
    return net.reshape(hidden, 2, 5, 12);
  },
  FusedConv: (net) => {
    const planes = net.op('Unsqueeze', [net.transpose('x', 0, 2, 1), net.integers(3)]);
    const conv = (value: string, from: number, to: number, added: readonly string[] = []) =>
      net.op(ms('FusedConv'), [value, net.weight(to, from, 1, 1), net.weight(to), ...added], {
        activation: { string: 'Relu' },
      });
    const hidden = conv(conv(planes, WIDTH, 12), 12, 12, [conv(planes, WIDTH, 12)]);
    return net.transpose(net.op('Squeeze', [hidden, net.integers(3)]), 0, 2, 1);
  },
};

describe('fused operators without attention keep the pruned net equal to the masked original', () => {
  it.each(Object.entries(OTHERS))('%s', async (_, build) => {
    const net = new TokenNet(WIDTH);
    await check(net.build(net.linear(build(net), 12, 7)));
  });
});

describe('standard operators of opset 23', () => {
  it('Attention over joined heads loses heads', async () => {
    const net = new TokenNet(WIDTH, 23);
    const attributes = { q_num_heads: { int: 4 }, kv_num_heads: { int: 2 } };
    const operands = [project(net, WIDTH, 24), project(net, WIDTH, 12), project(net, WIDTH, 12)];
    const { model } = await check(net.build(net.linear(net.op('Attention', operands, attributes), WIDTH, 7)));
    const [node] = model.graph.nodes.filter(({ opType }) => opType === 'Attention');
    expect([node?.int('q_num_heads'), node?.int('kv_num_heads')]).toEqual([2, 1]);
  });

  it('Attention over separate heads loses channels of heads and keeps its scale', async () => {
    const net = new TokenNet(WIDTH, 23);
    const apart = () => net.transpose(net.reshape(project(net), 2, 5, HEADS, SIZE), 0, 2, 1, 3);
    const mixed = net.transpose(net.op('Attention', [apart(), apart(), apart()]), 0, 2, 1, 3);
    const { model } = await check(net.build(net.linear(net.reshape(mixed, 2, 5, WIDTH), WIDTH, 7)));
    const [node] = model.graph.nodes.filter(({ opType }) => opType === 'Attention');
    expect(node?.float('scale')).toBeCloseTo(1 / Math.sqrt(SIZE), 6);
  });

  it('RotaryEmbedding keeps the channels of a head together', async () => {
    const net = new TokenNet(WIDTH, 23);
    const caches = [net.weight(2, 5, SIZE / 2), net.weight(2, 5, SIZE / 2)];
    const turned = () => net.op('RotaryEmbedding', [project(net), ...caches], heads(HEADS));
    const attributes = { q_num_heads: { int: HEADS }, kv_num_heads: { int: HEADS } };
    const mixed = net.op('Attention', [turned(), turned(), project(net)], attributes);
    const { model } = await check(net.build(net.linear(mixed, WIDTH, 7)));
    const [node] = model.graph.nodes.filter(({ opType }) => opType === 'RotaryEmbedding');
    expect(node?.int('num_heads')).toBe(HEADS / 2);
  });
});

describe('EmbedLayerNormalization', () => {
  it('loses channels of its tables and what reads them, where statistics may change', async () => {
    const net = new TokenNet(WIDTH);
    const tables = [net.weight(9, 12), net.weight(5, 12)];
    const ids = net.input('ids', [2, 5], 'int32');
    const operands = [ids, '', tables[0] ?? '', tables[1] ?? '', '', net.weight(12), net.weight(12)];
    const [normal = ''] = net.ops(ms('EmbedLayerNormalization'), 2, operands);
    const skipped = net.op('Add', [normal, project(net, WIDTH, 12)]);
    const original = net.build(net.linear(skipped, 12, 7));
    expect((await removePart(original)).changed).toEqual([]);
    const { model, changed } = await removePart(original, { statistics: 'change' });
    expect(new Set(changed.map(({ sizeAfter }) => sizeAfter))).toEqual(new Set([6]));
    const feeds = { ...randomFeeds(original), ids: int32Tensor([2, 5], [0, 1, 2, 3, 4, 5, 6, 7, 8, 0]) };
    await expect(runModel(model, feeds)).resolves.toBeDefined();
  });
});

describe('BiasSplitGelu', () => {
  it('loses a channel together with its gate', async () => {
    const net = new TokenNet(WIDTH);
    const hidden = net.op(ms('BiasSplitGelu'), [net.op('MatMul', ['x', net.weight(WIDTH, 24)]), net.weight(24)]);
    const { changed } = await removePart(net.build(net.linear(hidden, 12, 7)));
    const [layer] = changed;
    expect(layer?.removed).toEqual([1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23]);
    expect(changed.map(({ sizeBefore, sizeAfter }) => [sizeBefore, sizeAfter])).toEqual([
      [24, 12],
      [24, 12],
      [12, 6],
    ]);
  });
});
