import type { Model } from '@onnx-compress/graph';
import { ExportedNet } from './exported-net.js';
import { linear, matMul } from './layers/linear.js';

const WIDTH = 32;
const HEADS = 4;
const MICROSOFT = 'com.microsoft';

/** The sum of two values, normalized: one operator. */
function skipNorm(net: ExportedNet, x: string, skip: string): string {
  const inputs = [x, skip, net.weight([WIDTH], 0.2, 1), net.weight([WIDTH], 0.1), net.weight([WIDTH], 0.1)];
  return net.nodes('SkipLayerNormalization', inputs, 1, { epsilon: { float: 1e-5 } }, MICROSOFT)[0] ?? '';
}

function packedAttention(net: ExportedNet, x: string): string {
  const inputs = [x, net.weight([WIDTH, 3 * WIDTH], 0.2), net.weight([3 * WIDTH], 0.1)];
  return net.nodes('Attention', inputs, 1, { num_heads: HEADS }, MICROSOFT)[0] ?? '';
}

function separateAttention(net: ExportedNet, x: string): string {
  const parts = [0, 1, 2].map(() => matMul(net, x, [WIDTH, WIDTH], false));
  const inputs = [...parts, net.weight([3 * WIDTH], 0.1)];
  return net.nodes('MultiHeadAttention', inputs, 1, { num_heads: HEADS }, MICROSOFT)[0] ?? '';
}

function layer(net: ExportedNet, x: string, attention: typeof packedAttention): string {
  const attended = skipNorm(net, matMul(net, attention(net, x), [WIDTH, WIDTH], false), x);
  const hidden = matMul(net, attended, [WIDTH, 4 * WIDTH], false);
  const active = net.nodes('BiasGelu', [hidden, net.weight([4 * WIDTH], 0.1)], 1, {}, MICROSOFT)[0] ?? '';
  return skipNorm(net, matMul(net, active, [4 * WIDTH, WIDTH], false), attended);
}

/** BERT after onnxruntime's optimizer: Attention, MultiHeadAttention, SkipLayerNormalization and BiasGelu nodes. */
export function fusedBert(): Model {
  const net = new ExportedNet({
    opset: 17,
    opsets: { [MICROSOFT]: 1 },
    inputs: { input: ['float32', ['batch', 'sequence', WIDTH]] },
  });
  const first = net.module('layer.0', () => layer(net, 'input', packedAttention));
  const second = net.module('layer.1', () => layer(net, first, separateAttention));
  return net.build({ output: linear(net, net.node('Gather', [second, net.index(0)], { axis: 1 }), [WIDTH, 5]) });
}
