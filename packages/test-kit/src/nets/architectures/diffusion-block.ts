import type { Model } from '@onnx-compress/graph';
import { ExportedNet, images } from './exported-net.js';
import { silu } from './layers/activation.js';
import { conv } from './layers/convolution.js';
import { matMul } from './layers/linear.js';
import { groupNorm } from './layers/normalization.js';

/** GroupNorm, SiLU, convolution, the projected time added in between. */
function residual(net: ExportedNet, x: string, time: string, from: number, to: number): string {
  const first = conv(net, silu(net, groupNorm(net, x, from, 4)), [from, to], { kernel: 3 });
  const projected = matMul(net, silu(net, time), [32, to]);
  const spread = net.node('Unsqueeze', [net.node('Unsqueeze', [projected, net.integers(-1)]), net.integers(-1)]);
  const second = conv(net, silu(net, groupNorm(net, net.node('Add', [first, spread]), to, 4)), [to, to], { kernel: 3 });
  return net.node('Add', [from === to ? x : conv(net, x, [from, to]), second]);
}

/** The residual blocks of a diffusion model: GroupNorm in the form that exporters write, a time embedding. */
export function diffusionBlocks(): Model {
  const inputs = { ...images(8, 4), time: ['float32', ['batch', 16]] } as const;
  const net = new ExportedNet({ opset: 14, inputs });
  const time = net.module('time', () => matMul(net, silu(net, matMul(net, 'time', [16, 32])), [32, 32]));
  let x = conv(net, 'input', [4, 32], { kernel: 3 });
  for (const [index, [from, to]] of (
    [
      [32, 32],
      [32, 48],
      [48, 48],
    ] as const
  ).entries()) {
    x = net.module(`resnets.${index}`, () => residual(net, x, time, from, to));
  }
  return net.build({ output: conv(net, silu(net, groupNorm(net, x, 48, 4)), [48, 4], { kernel: 3 }) });
}
