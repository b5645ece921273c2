import { float32Tensor } from '@onnx-compress/graph';
import type { ExportedNet } from '../exported-net.js';

/** x times its sigmoid. */
export function silu(net: ExportedNet, x: string): string {
  return net.node('Mul', [x, net.node('Sigmoid', [x])]);
}

/** GELU by the error function, as it is written before operator set 20. */
export function gelu(net: ExportedNet, x: string): string {
  const erf = net.node('Erf', [net.node('Div', [x, net.scalar(Math.SQRT2)])]);
  const product = net.node('Mul', [x, net.node('Add', [erf, net.scalar(1)])]);
  return net.node('Mul', [product, net.scalar(0.5)]);
}

/** GELU by the hyperbolic tangent, as GPT-2 has it. */
export function tanhGelu(net: ExportedNet, x: string): string {
  const half = net.node('Mul', [x, net.scalar(0.5)]);
  const cubic = net.node('Mul', [net.node('Pow', [x, net.scalar(3)]), net.scalar(0.044715)]);
  const scaled = net.node('Mul', [net.node('Add', [x, cubic]), net.scalar(Math.sqrt(2 / Math.PI))]);
  return net.node('Mul', [half, net.node('Add', [net.node('Tanh', [scaled]), net.scalar(1)])]);
}

/** Hard swish: one operator from operator set 14 on, four before. */
export function hardSwish(net: ExportedNet, x: string): string {
  if (net.opset >= 14) return net.node('HardSwish', [x]);
  const [low, high] = [net.constant(float32Tensor([], [0])), net.constant(float32Tensor([], [6]))];
  const clipped = net.node('Clip', [net.node('Add', [x, net.scalar(3)]), low, high]);
  return net.node('Div', [net.node('Mul', [x, clipped]), net.scalar(6)]);
}
