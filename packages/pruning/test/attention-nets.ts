import { float32Tensor } from '@onnx-compress/graph';
import type { TokenNet } from './token-net.js';

/** Width of the test nets, number of heads and channels of one head. */
export const [WIDTH, HEADS, SIZE] = [24, 4, 6];

const axis = (value: number) => ({ axis: { int: value } });

/** softmax(Q K' / sqrt(d)) V for operands [batch, heads, length, size], with a constant scale. */
function attend(net: TokenNet, queries: string, keys: string, values: string): string {
  const scaled = net.op('Div', [queries, net.number(Math.sqrt(SIZE))]);
  const scores = net.op('MatMul', [scaled, net.transpose(keys, 0, 1, 3, 2)]);
  return net.op('MatMul', [net.op('Softmax', [scores], axis(-1)), values]);
}

/** The same with the scale that PyTorch 2 computes: sqrt(1 / sqrt(size)) on both operands, from the shape. */
function scaledDotProduct(net: TokenNet, queries: string, keys: string, values: string): string {
  const last = net.op('Slice', [net.op('Shape', [queries]), net.integers(-1), net.integers(2 ** 62)]);
  const root = net.op('Sqrt', [net.op('Cast', [last], { to: { int: 1 } })]);
  const scale = net.op('Div', [net.constant(float32Tensor([1], [1])), root]);
  const left = net.op('Mul', [queries, net.op('Sqrt', [scale])]);
  const right = net.op('Mul', [net.transpose(keys, 0, 1, 3, 2), net.op('Sqrt', [scale])]);
  return net.op('MatMul', [net.op('Softmax', [net.op('MatMul', [left, right])], axis(-1)), values]);
}

/** Rotates the halves of every head, as LLaMA exports do. */
function rotate(net: TokenNet, value: string): string {
  const half = SIZE / 2;
  const part = (start: number, end: number) =>
    net.op('Slice', [value, net.integers(start), net.integers(end), net.integers(3)]);
  const turned = net.op('Concat', [net.op('Neg', [part(half, 2 ** 62)]), part(0, half)], axis(-1));
  const [cosine, sine] = [net.weight(5, SIZE), net.weight(5, SIZE)];
  return net.op('Add', [net.op('Mul', [value, cosine]), net.op('Mul', [turned, sine])]);
}

const apart = (net: TokenNet, value: string, heads = HEADS) =>
  net.transpose(net.view(value, net.size(value, 0), net.size(value, 1), heads, SIZE), 0, 2, 1, 3);

const together = (net: TokenNet, value: string) => {
  const swapped = net.transpose(value, 0, 2, 1, 3);
  return net.view(swapped, net.size(swapped, 0), net.size(swapped, 1), WIDTH);
};

/** MultiheadAttention of PyTorch 1: one product for all three, cut by Slice with computed bounds; [length, batch, width]. */
export function torch1(net: TokenNet): string {
  const value = net.transpose('x', 1, 0, 2);
  const all = net.linear(value, WIDTH, 3 * WIDTH);
  const whole = net.op('Gather', [net.op('Shape', [all]), net.integers(-1)], axis(0));
  const third = net.op('Div', [net.op('Add', [whole, net.integers(2)]), net.integers(3)]);
  const bounds = [0, 1, 2, 3].map((part) =>
    part === 0 ? net.integers(0) : net.op('Mul', [third, net.integers(part)]),
  );
  const batch = net.op('Gather', [net.op('Shape', [value]), net.index(1)], axis(0));
  const product = net.op('Unsqueeze', [net.op('Mul', [batch, net.index(HEADS)]), net.integers(0)]);
  const [queries = '', keys = '', values = ''] = [0, 1, 2].map((part) => {
    const own = net.op('Slice', [all, bounds[part] ?? '', bounds[part + 1] ?? '', net.integers(-1)]);
    return net.view(own, net.size(own, 0), product, SIZE);
  });
  const scaled = net.op('Div', [net.transpose(queries, 1, 0, 2), net.number(Math.sqrt(SIZE))]);
  const weights = net.op('Softmax', [net.op('MatMul', [scaled, net.transpose(keys, 1, 2, 0)])], axis(-1));
  const mixed = net.transpose(net.op('MatMul', [weights, net.transpose(values, 1, 0, 2)]), 1, 0, 2);
  const rows = net.op('Unsqueeze', [
    net.op('Mul', [net.op('Gather', [net.op('Shape', [value]), net.index(0)], axis(0)), batch]),
    net.integers(0),
  ]);
  const flat = net.view(mixed, rows, WIDTH);
  const projected = net.op('Gemm', [flat, net.weight(WIDTH, WIDTH), net.weight(WIDTH)], { transB: { int: 1 } });
  return net.view(projected, net.size(value, 0), net.size(value, 1), WIDTH);
}

/** MultiheadAttention of PyTorch 2: one product, unpacked by Gather, scaled_dot_product_attention. */
export function torch2(net: TokenNet): string {
  const value = net.transpose('x', 1, 0, 2);
  const all = net.linear(value, WIDTH, 3 * WIDTH);
  const length = () => net.size(value, 0);
  const batch = () => net.size(value, 1);
  const unpacked = net.op('Unsqueeze', [net.view(all, length(), batch(), 3, WIDTH), net.integers(0)]);
  const first = net.op('Squeeze', [net.transpose(unpacked, 3, 1, 2, 0, 4), net.integers(3)]);
  const product = () => net.op('Mul', [batch(), net.integers(HEADS)]);
  const [queries = '', keys = '', values = ''] = [0, 1, 2].map((part) => {
    const own = net.op('Gather', [first, net.index(part)], axis(0));
    const heads = net.transpose(net.view(own, length(), product(), SIZE), 1, 0, 2);
    return net.view(heads, batch(), HEADS, length(), SIZE);
  });
  const mixed = net.transpose(scaledDotProduct(net, queries, keys, values), 2, 0, 1, 3);
  const flat = net.view(mixed, net.op('Mul', [batch(), length()]), WIDTH);
  const projected = net.op('Gemm', [flat, net.weight(WIDTH, WIDTH), net.weight(WIDTH)], { transB: { int: 1 } });
  return net.view(projected, length(), batch(), WIDTH);
}

/** BERT of the transformers library: three layers, shapes from Shape chains. */
export function bert(net: TokenNet, source = 'x'): string {
  const [queries = '', keys = '', values = ''] = ['x', source, source].map((from) =>
    apart(net, net.linear(from, WIDTH, WIDTH)),
  );
  return net.linear(together(net, attend(net, queries, keys, values)), WIDTH, WIDTH);
}

/** As `bert`, with the scale of scaled_dot_product_attention. */
export function bertScaled(net: TokenNet): string {
  const [queries = '', keys = '', values = ''] = [0, 1, 2].map(() => apart(net, net.linear('x', WIDTH, WIDTH)));
  return net.linear(together(net, scaledDotProduct(net, queries, keys, values)), WIDTH, WIDTH);
}

/** Vision transformers of timm: one product, reshaped to five axes with constants. */
export function timm(net: TokenNet): string {
  const all = net.reshape(net.linear('x', WIDTH, 3 * WIDTH), 2, 5, 3, HEADS, SIZE);
  const first = net.transpose(all, 2, 0, 3, 1, 4);
  const [queries = '', keys = '', values = ''] = net
    .ops('Split', 3, [first, net.integers(1, 1, 1)], axis(0))
    .map((part) => net.op('Squeeze', [part, net.integers(0)]));
  const mixed = net.transpose(attend(net, queries, keys, values), 0, 2, 1, 3);
  return net.linear(net.reshape(mixed, 2, 5, WIDTH), WIDTH, WIDTH);
}

/** Heads of keys and values that two heads of queries share, repeated by Expand. */
export function groupedQuery(net: TokenNet): string {
  const queries = apart(net, net.linear('x', WIDTH, WIDTH));
  const [keys = '', values = ''] = [0, 1].map(() => {
    const own = net.op('Unsqueeze', [apart(net, net.linear('x', WIDTH, WIDTH / 2), HEADS / 2), net.integers(2)]);
    const wide = net.op('Expand', [own, net.integers(2, HEADS / 2, 2, 5, SIZE)]);
    return net.reshape(wide, 2, HEADS, 5, SIZE);
  });
  return net.linear(together(net, attend(net, queries, keys, values)), WIDTH, WIDTH);
}

/** One head of keys and values for all heads of queries, by broadcasting. */
export function multiQuery(net: TokenNet): string {
  const queries = apart(net, net.linear('x', WIDTH, WIDTH));
  const [keys = '', values = ''] = [0, 1].map(() => apart(net, net.linear('x', WIDTH, SIZE), 1));
  return net.linear(together(net, attend(net, queries, keys, values)), WIDTH, WIDTH);
}

/** With rotary positions. */
export function rotary(net: TokenNet): string {
  const [queries = '', keys = '', values = ''] = [0, 1, 2].map(() => apart(net, net.linear('x', WIDTH, WIDTH)));
  const mixed = attend(net, rotate(net, queries), rotate(net, keys), values);
  return net.linear(together(net, mixed), WIDTH, WIDTH);
}

/** With queries and keys normalized over the channels of each head. */
export function normalizedQuery(net: TokenNet): string {
  const [queries = '', keys = '', values = ''] = [0, 1, 2].map(() => apart(net, net.linear('x', WIDTH, WIDTH)));
  const normal = (value: string) => net.op('LayerNormalization', [value, net.weight(SIZE), net.weight(SIZE)]);
  return net.linear(together(net, attend(net, normal(queries), normal(keys), values)), WIDTH, WIDTH);
}

/** Attention without softmax: phi(Q) (phi(K)' V), divided by phi(Q) times the sum of phi(K), with phi = elu + 1. */
export function linearAttention(net: TokenNet): string {
  const feature = (value: string) => net.op('Add', [net.op('Elu', [value]), net.number(1)]);
  const [queries = '', keys = '', values = ''] = [0, 1, 2].map(() => apart(net, net.linear('x', WIDTH, WIDTH)));
  const [left, right] = [feature(queries), feature(keys)];
  const mixed = net.op('MatMul', [left, net.op('MatMul', [net.transpose(right, 0, 1, 3, 2), values])]);
  const total = net.op('ReduceSum', [right, net.integers(2)], { keepdims: { int: 1 } });
  const divisor = net.op('ReduceSum', [net.op('Mul', [left, total]), net.integers(-1)], { keepdims: { int: 1 } });
  return net.linear(together(net, net.op('Div', [mixed, divisor])), WIDTH, WIDTH);
}
