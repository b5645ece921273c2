import type { Model } from '@onnx-compress/graph';
import { ExportedNet, images } from './exported-net.js';
import { gelu } from './layers/activation.js';
import { conv } from './layers/convolution.js';
import { lengthOf, linear, matMul, reshapeTo, shapeOf } from './layers/linear.js';
import { batchOf, layerNorm } from './layers/normalization.js';

const WIDTH = 48;
const HEADS = 4;

/** Query, key and value out of one product, as `torch.nn.MultiheadAttention` unpacks them. */
function unpack(net: ExportedNet, x: string): readonly string[] {
  const [tokens, batch] = [lengthOf(net, x, 0), lengthOf(net, x, 1)];
  const all = reshapeTo(net, matMul(net, x, [WIDTH, 3 * WIDTH]), [tokens, batch, 3, WIDTH]);
  const front = net.node('Transpose', [net.node('Unsqueeze', [all, net.integers(0)])], { perm: [3, 1, 2, 0, 4] });
  const stacked = net.node('Squeeze', [front, net.integers(-2)]);
  return [0, 1, 2].map((index) => net.node('Gather', [stacked, net.index(index)], { axis: 0 }));
}

/** `torch.nn.MultiheadAttention` on [tokens, batch, width]. */
function attention(net: ExportedNet, x: string): string {
  const [tokens, batch] = [lengthOf(net, x, 0), lengthOf(net, x, 1)];
  const rows = net.node('Mul', [batch, net.index(HEADS)]);
  const [query = '', key = '', value = ''] = unpack(net, x).map((part) => {
    const merged = reshapeTo(net, part, [tokens, rows, WIDTH / HEADS]);
    const swapped = net.node('Transpose', [merged], { perm: [1, 0, 2] });
    return reshapeTo(net, swapped, [batch, HEADS, tokens, WIDTH / HEADS]);
  });
  const root = net.scalar((WIDTH / HEADS) ** -0.25);
  const turned = net.node('Transpose', [key], { perm: [0, 1, 3, 2] });
  const scores = net.node('MatMul', [net.node('Mul', [query, root]), net.node('Mul', [turned, root])]);
  const mixed = net.node('MatMul', [net.node('Softmax', [scores], { axis: -1 }), value]);
  const front = net.node('Transpose', [mixed], { perm: [2, 0, 1, 3] });
  const flat = reshapeTo(net, front, [net.node('Mul', [tokens, batch]), WIDTH]);
  return reshapeTo(net, linear(net, flat, [WIDTH, WIDTH]), [tokens, batch, WIDTH]);
}

function encoderBlock(net: ExportedNet, x: string): string {
  const first = net.node('Transpose', [layerNorm(net, x, WIDTH)], { perm: [1, 0, 2] });
  const attended = net.node('Transpose', [net.module('self_attention', () => attention(net, first))], {
    perm: [1, 0, 2],
  });
  const sum = net.node('Add', [attended, x]);
  const wide = gelu(net, matMul(net, layerNorm(net, sum, WIDTH), [WIDTH, 4 * WIDTH]));
  return net.node('Add', [sum, matMul(net, wide, [4 * WIDTH, WIDTH])]);
}

/** ViT-B/16 (Dosovitskiy et al. 2021) as torchvision's is exported: class token, packed in_proj, 3 of 12 blocks. */
export function vit(opset: number): Model {
  const net = new ExportedNet({ opset, inputs: images(64) });
  const patches = conv(net, 'input', [3, WIDTH], { kernel: 16, stride: 16, pad: 0 });
  const batch = batchOf(net, 'input');
  const rows = net.node('Transpose', [reshapeTo(net, patches, [batch, WIDTH, 16])], { perm: [0, 2, 1] });
  const token = net.node('Expand', [net.weight([1, 1, WIDTH], 0.5), shapeOf(net, [batch, 1, 1])]);
  const joined = net.node('Concat', [token, rows], { axis: 1 });
  let x = net.node('Add', [joined, net.weight([1, 17, WIDTH], 0.3)]);
  for (const index of [0, 1, 2]) x = net.module(`encoder_layer_${index}`, () => encoderBlock(net, x));
  const first = net.node('Gather', [layerNorm(net, x, WIDTH), net.index(0)], { axis: 1 });
  return net.build({ output: linear(net, first, [WIDTH, 10]) });
}
