import { int64Tensor, type Model, memoryTensor } from '@onnx-compress/graph';
import { ExportedNet } from './exported-net.js';
import { tanhGelu } from './layers/activation.js';
import type { Channels } from './layers/convolution.js';
import { lengthOf, reshapeTo } from './layers/linear.js';
import { layerNorm } from './layers/normalization.js';

const WIDTH = 32;
const HEADS = 4;
const DEPTH = WIDTH / HEADS;
const CONTEXT = 16;

/** The layer that GPT-2 calls Conv1D: rows flattened, Gemm with the weight as it lies, rows restored. */
function conv1d(net: ExportedNet, x: string, [from, to]: Channels): string {
  const dims = [lengthOf(net, x, 0), lengthOf(net, x, 1), to];
  const flat = net.node('Reshape', [x, net.integers(-1, from)]);
  const product = net.node('Gemm', [flat, net.weight([from, to], Math.sqrt(1 / from)), net.weight([to], 0.1)]);
  return reshapeTo(net, product, dims);
}

/** True on and below the diagonal, cut to the length of the sequence: [1, 1, sequence, sequence]. */
function causalMask(net: ExportedNet, scores: string): string {
  const lower = Uint8Array.from({ length: CONTEXT ** 2 }, (_, i) => (i % CONTEXT <= Math.floor(i / CONTEXT) ? 1 : 0));
  const mask = net.tensor('bias', memoryTensor('bool', [1, 1, CONTEXT, CONTEXT], lower));
  const cut = (value: string, axis: number) => {
    const end = net.node('Unsqueeze', [lengthOf(net, scores, axis), net.integers(0)]);
    return net.node('Slice', [value, net.integers(0), end, net.integers(axis), net.integers(1)]);
  };
  return cut(cut(mask, 2), 3);
}

function heads(net: ExportedNet, x: string, perm: readonly number[]): string {
  const dims = [lengthOf(net, x, 0), lengthOf(net, x, 1), HEADS, DEPTH];
  return net.node('Transpose', [reshapeTo(net, x, dims)], { perm });
}

function attention(net: ExportedNet, x: string): string {
  const all = net.module('c_attn', () => conv1d(net, x, [WIDTH, 3 * WIDTH]));
  const [q = '', k = '', v = ''] = net.nodes('Split', [all, net.integers(WIDTH, WIDTH, WIDTH)], 3, { axis: 2 });
  const [query, key, value] = [heads(net, q, [0, 2, 1, 3]), heads(net, k, [0, 2, 3, 1]), heads(net, v, [0, 2, 1, 3])];
  const scores = net.node('Div', [net.node('MatMul', [query, key]), net.scalar(Math.sqrt(DEPTH))]);
  const masked = net.node('Where', [causalMask(net, scores), scores, net.scalar(-10000)]);
  const mixed = net.node('MatMul', [net.node('Softmax', [masked], { axis: 3 }), value]);
  const merged = net.node('Transpose', [mixed], { perm: [0, 2, 1, 3] });
  const rows = reshapeTo(net, merged, [lengthOf(net, merged, 0), lengthOf(net, merged, 1), WIDTH]);
  return net.module('c_proj', () => conv1d(net, rows, [WIDTH, WIDTH]));
}

function block(net: ExportedNet, x: string): string {
  const attended = net.node('Add', [net.module('attn', () => attention(net, layerNorm(net, x, WIDTH))), x]);
  const normal = layerNorm(net, attended, WIDTH);
  const wide = net.module('mlp.c_fc', () => tanhGelu(net, conv1d(net, normal, [WIDTH, 4 * WIDTH])));
  return net.node('Add', [attended, net.module('mlp.c_proj', () => conv1d(net, wide, [4 * WIDTH, WIDTH]))]);
}

/** GPT-2 (Radford et al. 2019): Conv1D layers, causal mask by Slice and Where, embeddings tied to the last layer. */
export function gpt2(): Model {
  const net = new ExportedNet({ opset: 13, inputs: { input_ids: ['int64', ['batch', 'sequence']] } });
  const table = net.weight([256, WIDTH], 0.3);
  const words = net.node('Gather', [table, 'input_ids'], { axis: 0 });
  const all = net.tensor('position_ids', int64Tensor([1, CONTEXT], [...Array(CONTEXT).keys()]));
  const end = net.node('Unsqueeze', [lengthOf(net, 'input_ids', 1), net.integers(0)]);
  const ids = net.node('Slice', [all, net.integers(0), end, net.integers(1)]);
  const positions = net.node('Gather', [net.weight([CONTEXT, WIDTH], 0.1), ids], { axis: 0 });
  let x = net.node('Add', [words, positions]);
  for (const index of [0, 1]) x = net.module(`h.${index}`, () => block(net, x));
  const turned = net.node('Transpose', [table], { perm: [1, 0] });
  return net.build({ logits: net.node('MatMul', [layerNorm(net, x, WIDTH), turned]) });
}
