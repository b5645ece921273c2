import { afterAll, describe, expect, it } from '@jest/globals';
import { type Dim, type Model, present } from '@onnx-compress/graph';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import type { AnalysisChoices } from '../src/analysis/choose-splits.js';
import {
  bert,
  bertScaled,
  groupedQuery,
  HEADS,
  linearAttention,
  multiQuery,
  normalizedQuery,
  rotary,
  SIZE,
  timm,
  torch1,
  torch2,
  WIDTH,
} from './attention-nets.js';
import { oracleError } from './oracle.js';
import { randomFeeds } from './pruning-context.js';
import { type Removed, removePart } from './remove-part.js';
import { TokenNet } from './token-net.js';

afterAll(closeHost);

/** Removes half of what may go and compares with the masked original at both optimization levels. */
async function check(original: Model, choices: AnalysisChoices = {}): Promise<Removed> {
  const removed = await removePart(original, choices);
  const { model, changed } = removed;
  expect(model.validate()).toEqual([]);
  expect(changed).not.toEqual([]);
  const feeds = randomFeeds(original);
  expect(await oracleError(original, original, changed, feeds, 'disabled', choices)).toBeGreaterThan(1e-3);
  for (const level of ['disabled', 'all'] as const) {
    expect(await oracleError(original, model, changed, feeds, level, choices)).toBeLessThanOrEqual(1e-4);
  }
  return removed;
}

/** Lengths that the axes of all sliced weights had and have. */
const lengths = ({ changed }: Removed) =>
  new Set(changed.map(({ sizeBefore, sizeAfter }) => `${sizeBefore} to ${sizeAfter}`));

/** Sizes of the pieces that stayed free where heads were split off. */
function piecesKept({ engine }: Removed): readonly (number | undefined)[] {
  const sites = engine.dependencies.splits.sites.filter(({ sizes }) => sizes.includes(SIZE));
  return [...new Set(sites.map(({ sizes, kept }) => sizes[kept]))];
}

const FORMS: Readonly<Record<string, (net: TokenNet) => string>> = {
  'PyTorch 1': torch1,
  'PyTorch 2': torch2,
  BERT: (net) => bert(net),
  'BERT with scaled_dot_product_attention': bertScaled,
  timm,
  'rotary positions': rotary,
  'shared heads of keys and values': groupedQuery,
  'attention to another sequence': (net) => bert(net, net.input('memory', [net.batch, 'memory', WIDTH])),
  'linear attention': linearAttention,
};

/** Forms whose constants fix batch and length. */
const FIXED = new Set(['timm', 'shared heads of keys and values', 'rotary positions']);

function formNet(name: string, batch: Dim, length: Dim): Model {
  const net = FIXED.has(name) ? new TokenNet(WIDTH) : new TokenNet(WIDTH, 17, batch, length);
  return net.build(present(FORMS[name], name)(net));
}

/** Heads that are pieces of their own: shared ones are fewer. */
const headsIn = (name: string) => (name === 'shared heads of keys and values' ? [HEADS, HEADS / 2] : [HEADS]);

describe('attention that the graph spells out', () => {
  it.each(Object.keys(FORMS))('loses channels of heads: %s', async (name) => {
    const removed = await check(formNet(name, 'batch', 'length'), { attention: 'head-dims' });
    expect(piecesKept(removed)).toEqual([SIZE]);
    expect(lengths(removed)).toContain(`${WIDTH} to ${WIDTH / 2}`);
  });

  it.each(Object.keys(FORMS))('loses heads: %s', async (name) => {
    expect(piecesKept(await check(formNet(name, 'batch', 'length'), { attention: 'heads' }))).toEqual(headsIn(name));
  });

  it.each(Object.keys(FORMS).filter((name) => !FIXED.has(name)))('loses either of one sample: %s', async (name) => {
    const model = formNet(name, 1, 5);
    expect(piecesKept(await check(model, { attention: 'head-dims' }))).toEqual([SIZE]);
    expect(piecesKept(await check(model, { attention: 'heads' }))).toEqual(headsIn(name));
  });
});

describe('what goes from attention', () => {
  it('are channels of heads where nothing forbids it', async () => {
    expect(piecesKept(await check(formNet('PyTorch 2', 'batch', 'length')))).toEqual([SIZE]);
  });

  it('are whole heads where the channels of a head have to stay', async () => {
    const tokens = new TokenNet(WIDTH);
    expect(piecesKept(await check(tokens.build(normalizedQuery(tokens))))).toEqual([HEADS]);
  });

  it('are only values where heads are not asked for and the channels of queries have to stay', async () => {
    const tokens = new TokenNet(WIDTH);
    const removed = await check(tokens.build(normalizedQuery(tokens)), { attention: 'head-dims' });
    const reasons = removed.groups.map(({ pinned }) => [...pinned.values()][0]);
    expect(reasons).toEqual([
      expect.stringMatching(/LayerNormalization/),
      undefined,
      expect.stringMatching(/graph output/),
    ]);
  });

  it.each(['auto', 'heads'] as const)('are channels where all heads share keys and values: %s', async (attention) => {
    const tokens = new TokenNet(WIDTH, 17, 'batch', 'length');
    expect(piecesKept(await check(tokens.build(multiQuery(tokens)), { attention }))).toEqual([SIZE]);
  });

  it('is nothing of queries and keys that leave the graph', async () => {
    const tokens = new TokenNet(WIDTH);
    const [queries, keys] = [tokens.linear('x', WIDTH, WIDTH), tokens.linear('x', WIDTH, WIDTH)];
    const scores = tokens.op('MatMul', [queries, tokens.transpose(keys, 0, 2, 1)]);
    const { changed } = await removePart(tokens.build(scores, queries));
    expect(changed).toEqual([]);
  });

  it('is nothing where channels attend to each other', async () => {
    const tokens = new TokenNet(WIDTH);
    const value = tokens.linear('x', WIDTH, 8);
    const scores = tokens.op('MatMul', [tokens.transpose(value, 0, 2, 1), value]);
    const weights = tokens.op('Softmax', [scores], { axis: { int: -1 } });
    const mixed = tokens.op('MatMul', [value, weights]);
    const { groups } = await removePart(tokens.build(tokens.linear(mixed, 8, 5)));
    expect([...(groups[0]?.pinned.values() ?? [])][0]).toMatch(/Softmax/);
  });
});

describe('products of computed values', () => {
  it.each<[string, (net: TokenNet) => string]>([
    [
      'a matrix and a vector',
      (net) => net.op('MatMul', [net.linear('x', WIDTH, 12), pooled(net, net.linear('x', WIDTH, 12))]),
    ],
    ['a vector and a matrix', (net) => net.op('MatMul', [pooled(net, net.linear('x', WIDTH, 12)), swapped(net)])],
    [
      'two vectors',
      (net) => net.op('MatMul', [pooled(net, net.linear('x', WIDTH, 12)), pooled(net, net.linear('x', WIDTH, 12))]),
    ],
    ['a vector and a weight', (net) => net.op('MatMul', [pooled(net, net.linear('x', WIDTH, 12)), net.weight(12, 5)])],
    ['a matrix and a weight of one axis', (net) => net.op('MatMul', [net.linear('x', WIDTH, 12), net.weight(12)])],
    [
      'Gemm of two computed values',
      (net) => {
        const rows = () => net.reshape(net.linear('x', WIDTH, 12), -1, 12);
        return net.op('Gemm', [rows(), rows()], { transB: { int: 1 } });
      },
    ],
  ])('lose contracted channels: %s', async (_, build) => {
    const tokens = new TokenNet(WIDTH);
    const removed = await check(tokens.build(build(tokens)));
    expect(lengths(removed)).toEqual(new Set(['12 to 6']));
  });
});

describe('numbers that are computed from lengths keep their value', () => {
  const float = { to: { int: 1 } };

  it.each<[string, (net: TokenNet, size: string) => string]>([
    ['a root', (net, size) => net.op('Sqrt', [net.op('Cast', [size], float)])],
    ['a power', (net, size) => net.op('Pow', [net.op('Cast', [size], float), net.number(-0.5)])],
    ['a part', (net, size) => net.op('Mul', [net.op('Cast', [size], float), net.number(0.25)])],
    ['a quotient', (net, size) => net.op('Div', [net.op('Cast', [size], float), net.number(5)])],
    [
      'a comparison',
      (net, size) => {
        const large = net.op('Greater', [size, net.integers(6)]);
        return net.op('Where', [large, net.number(2), net.number(3)]);
      },
    ],
    [
      'an equality',
      (net, size) => {
        const same = net.op('Equal', [size, net.integers(12)]);
        return net.op('Where', [same, net.number(2), net.number(3)]);
      },
    ],
  ])('%s', async (_, scale) => {
    const tokens = new TokenNet(WIDTH, 17, 'batch', 'length');
    const value = tokens.linear('x', WIDTH, 12);
    const scaled = tokens.op('Mul', [value, scale(tokens, tokens.size(value, 2))]);
    await check(tokens.build(tokens.linear(scaled, 12, 5)));
  });
});

/** One vector of a sequence. */
function pooled(net: TokenNet, value: string): string {
  const first = net.op('Gather', [value, net.index(0)], { axis: { int: 0 } });
  return net.op('ReduceMax', [first], { axes: { ints: [0] }, keepdims: { int: 0 } });
}

const swapped = (net: TokenNet) => net.transpose(net.linear('x', WIDTH, 12), 0, 2, 1);
