import { float32Tensor, type Model } from '@onnx-compress/graph';
import { ExportedNet } from './exported-net.js';
import { silu } from './layers/activation.js';
import { lengthOf, matMul, reshapeTo } from './layers/linear.js';

const WIDTH = 32;
const HEADS = 4;
const GROUPS = 2;
const DEPTH = WIDTH / HEADS;
const LENGTH = 8;

/** Root mean square normalization, as its modules are exported. */
function rmsNorm(net: ExportedNet, x: string): string {
  const squares = net.node('ReduceMean', [net.node('Pow', [x, net.scalar(2)])], { axes: [-1] });
  const root = net.node('Sqrt', [net.node('Add', [squares, net.scalar(1e-6)])]);
  const inverse = net.node('Div', [net.scalar(1), root]);
  return net.node('Mul', [net.weight([WIDTH], 0.2, 1), net.node('Mul', [x, inverse])]);
}

/** Cosine or sine of the position, the same for both halves of a head: [1, 1, sequence, depth]. */
function angles(net: ExportedNet, of: (angle: number) => number): string {
  const values = Array.from({ length: LENGTH * DEPTH }, (_, index) => {
    const [position, place] = [Math.floor(index / DEPTH), (index % DEPTH) % (DEPTH / 2)];
    return of(position * 10000 ** ((-2 * place) / DEPTH));
  });
  return net.constant(float32Tensor([1, 1, LENGTH, DEPTH], values));
}

/** Rotary position embedding: x cos + rotate_half(x) sin. */
function rotate(net: ExportedNet, x: string): string {
  const half = (start: number, end: number) =>
    net.node('Slice', [x, net.integers(start), net.integers(end), net.integers(3), net.integers(1)]);
  const [first, second] = [half(0, DEPTH / 2), half(DEPTH / 2, 2 ** 63)];
  const turned = net.node('Concat', [net.node('Neg', [second]), first], { axis: -1 });
  const [cosine, sine] = [angles(net, Math.cos), angles(net, Math.sin)];
  return net.node('Add', [net.node('Mul', [x, cosine]), net.node('Mul', [turned, sine])]);
}

function heads(net: ExportedNet, x: string, count: number): string {
  const product = matMul(net, x, [WIDTH, count * DEPTH], false);
  const apart = reshapeTo(net, product, [lengthOf(net, x, 0), LENGTH, count, DEPTH]);
  return net.node('Transpose', [apart], { perm: [0, 2, 1, 3] });
}

/** Each key and value head for all query heads of its group: Unsqueeze, Expand, Reshape. */
function repeat(net: ExportedNet, x: string): string {
  const wide = net.node('Unsqueeze', [x, net.integers(2)]);
  const expanded = net.node('Expand', [wide, net.integers(1, GROUPS, HEADS / GROUPS, LENGTH, DEPTH)]);
  return reshapeTo(net, expanded, [lengthOf(net, x, 0), HEADS, LENGTH, DEPTH]);
}

function attention(net: ExportedNet, x: string, mask: string): string {
  const query = net.module('q_proj', () => rotate(net, heads(net, x, HEADS)));
  const key = net.module('k_proj', () => repeat(net, rotate(net, heads(net, x, GROUPS))));
  const value = net.module('v_proj', () => repeat(net, heads(net, x, GROUPS)));
  const product = net.node('MatMul', [query, net.node('Transpose', [key], { perm: [0, 1, 3, 2] })]);
  const scores = net.node('Add', [net.node('Mul', [product, net.scalar(DEPTH ** -0.5)]), mask]);
  const mixed = net.node('MatMul', [net.node('Softmax', [scores], { axis: -1 }), value]);
  const merged = net.node('Transpose', [mixed], { perm: [0, 2, 1, 3] });
  const rows = reshapeTo(net, merged, [lengthOf(net, x, 0), LENGTH, -1]);
  return net.module('o_proj', () => matMul(net, rows, [WIDTH, WIDTH], false));
}

function layer(net: ExportedNet, x: string, mask: string): string {
  const normal = rmsNorm(net, x);
  const attended = net.node('Add', [x, net.module('self_attn', () => attention(net, normal, mask))]);
  const second = rmsNorm(net, attended);
  const gate = net.module('gate_proj', () => silu(net, matMul(net, second, [WIDTH, 80], false)));
  const product = net.node('Mul', [gate, net.module('up_proj', () => matMul(net, second, [WIDTH, 80], false))]);
  return net.node('Add', [attended, net.module('down_proj', () => matMul(net, product, [80, WIDTH], false))]);
}

/** A decoder after LLaMA 2 (Touvron et al. 2023): RMSNorm, rotary positions, grouped query attention, gated layers. */
export function llama(): Model {
  const net = new ExportedNet({ opset: 17, inputs: { input_ids: ['int64', ['batch', LENGTH]] } });
  const future = Array.from({ length: LENGTH ** 2 }, (_, i) => (i % LENGTH <= Math.floor(i / LENGTH) ? 0 : -1e4));
  const mask = net.constant(float32Tensor([1, 1, LENGTH, LENGTH], future));
  let x = net.node('Gather', [net.weight([256, WIDTH], 0.5), 'input_ids'], { axis: 0 });
  for (const index of [0, 1]) x = net.module(`layers.${index}`, () => layer(net, x, mask));
  return net.build({ logits: net.module('lm_head', () => matMul(net, rmsNorm(net, x), [WIDTH, 256], false)) });
}
