import { int64Tensor, type Model } from '@onnx-compress/graph';
import { ExportedNet } from './exported-net.js';
import { gelu } from './layers/activation.js';
import { lengthOf, linear, matMul, reshapeTo } from './layers/linear.js';
import { layerNorm } from './layers/normalization.js';

const WIDTH = 32;
const HEADS = 4;
const DEPTH = WIDTH / HEADS;
const POSITIONS = 16;

const tokens = ['int64', ['batch', 'sequence']] as const;

/** Words, positions and segments added up, then normalized. */
function embeddings(net: ExportedNet): string {
  const words = net.node('Gather', [net.weight([256, WIDTH], 0.5), 'input_ids'], { axis: 0 });
  const end = net.node('Unsqueeze', [lengthOf(net, 'input_ids', 1), net.integers(0)]);
  const ids = net.tensor('position_ids', int64Tensor([1, POSITIONS], [...Array(POSITIONS).keys()]));
  const used = net.node('Slice', [ids, net.integers(0), end, net.integers(1), net.integers(1)]);
  const positions = net.node('Gather', [net.weight([POSITIONS, WIDTH], 0.3), used], { axis: 0 });
  const segments = net.node('Gather', [net.weight([2, WIDTH], 0.3), 'token_type_ids'], { axis: 0 });
  return layerNorm(net, net.node('Add', [net.node('Add', [words, segments]), positions]), WIDTH);
}

/** Zero where a token counts, a large negative number where not: [batch, 1, 1, sequence]. */
function extendedMask(net: ExportedNet): string {
  const wide = net.node('Unsqueeze', ['attention_mask', net.integers(1)]);
  const wider = net.node('Cast', [net.node('Unsqueeze', [wide, net.integers(2)])], { to: 1 });
  return net.node('Mul', [net.node('Sub', [net.scalar(1), wider]), net.scalar(-10000)]);
}

function heads(net: ExportedNet, x: string, perm: readonly number[]): string {
  const product = matMul(net, x, [WIDTH, WIDTH]);
  const dims = [lengthOf(net, product, 0), lengthOf(net, product, 1), HEADS, DEPTH];
  return net.node('Transpose', [reshapeTo(net, product, dims)], { perm });
}

function selfAttention(net: ExportedNet, x: string, mask: string): string {
  const query = net.module('query', () => heads(net, x, [0, 2, 1, 3]));
  const key = net.module('key', () => heads(net, x, [0, 2, 3, 1]));
  const value = net.module('value', () => heads(net, x, [0, 2, 1, 3]));
  const scores = net.node('Div', [net.node('MatMul', [query, key]), net.scalar(Math.sqrt(DEPTH))]);
  const weights = net.node('Softmax', [net.node('Add', [scores, mask])], { axis: 3 });
  const mixed = net.node('Transpose', [net.node('MatMul', [weights, value])], { perm: [0, 2, 1, 3] });
  return reshapeTo(net, mixed, [lengthOf(net, mixed, 0), lengthOf(net, mixed, 1), WIDTH]);
}

function layer(net: ExportedNet, x: string, mask: string): string {
  const context = net.module('attention.self', () => selfAttention(net, x, mask));
  const projected = net.module('attention.output', () => matMul(net, context, [WIDTH, WIDTH]));
  const attended = layerNorm(net, net.node('Add', [projected, x]), WIDTH);
  const wide = net.module('intermediate', () => gelu(net, matMul(net, attended, [WIDTH, 4 * WIDTH])));
  const narrow = net.module('output', () => matMul(net, wide, [4 * WIDTH, WIDTH]));
  return layerNorm(net, net.node('Add', [narrow, attended]), WIDTH);
}

/** BERT (Devlin et al. 2019) as Hugging Face's is exported: mask arithmetic, decomposed LayerNorm and GELU. */
export function bert(): Model {
  const inputs = { input_ids: tokens, attention_mask: tokens, token_type_ids: tokens };
  const net = new ExportedNet({ opset: 14, inputs });
  const mask = extendedMask(net);
  let x = net.module('embeddings', () => embeddings(net));
  for (const index of [0, 1]) x = net.module(`encoder.layer.${index}`, () => layer(net, x, mask));
  const first = net.node('Gather', [x, net.index(0)], { axis: 1 });
  const pooled = net.module('pooler', () => net.node('Tanh', [linear(net, first, [WIDTH, WIDTH])]));
  return net.build({ logits: net.module('classifier', () => linear(net, pooled, [WIDTH, 3])) });
}
