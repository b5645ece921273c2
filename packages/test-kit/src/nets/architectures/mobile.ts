import type { Model } from '@onnx-compress/graph';
import { ExportedNet, images } from './exported-net.js';
import { hardSwish, silu } from './layers/activation.js';
import { conv, convNorm, convNormRelu, depthwise } from './layers/convolution.js';
import { linear } from './layers/linear.js';
import { spatialMean } from './layers/normalization.js';

type Activation = (net: ExportedNet, x: string) => string;
type Gate = (net: ExportedNet, x: string, channels: number, squeezed: number) => string;

/** An inverted residual: expand, one filter for each channel, gate, project. */
interface Block {
  readonly from: number;
  readonly wide: number;
  readonly to: number;
  readonly kernel: number;
  readonly stride: number;
  readonly activate: Activation;
  readonly gate?: Gate;
}

const relu: Activation = (net, x) => net.node('Relu', [x]);

/** Squeeze and excitation of MobileNetV3: a hard sigmoid gates. */
const hardGate: Gate = (net, x, channels, squeezed) => {
  const inner = net.node('Relu', [conv(net, net.node('GlobalAveragePool', [x]), [channels, squeezed])]);
  const gate = net.node('HardSigmoid', [conv(net, inner, [squeezed, channels])], { alpha: { float: 1 / 6 } });
  return net.node('Mul', [gate, x]);
};

/** Squeeze and excitation of EfficientNet: pooled by ReduceMean, gated by a sigmoid. */
const sigmoidGate: Gate = (net, x, channels, squeezed) => {
  const inner = silu(net, conv(net, spatialMean(net, x, true), [channels, squeezed]));
  const gate = net.node('Sigmoid', [conv(net, inner, [squeezed, channels])]);
  return net.node('Mul', [gate, x]);
};

/** `folded`: normalization is part of the convolutions. */
function invertedResidual(net: ExportedNet, x: string, block: Block, folded: boolean): string {
  const { from, wide, to, kernel, stride, activate, gate } = block;
  const write = folded ? conv : convNorm;
  const expanded = wide === from ? x : activate(net, write(net, x, [from, wide]));
  const filtered = activate(net, write(net, expanded, [wide, wide], { kernel, stride, groups: wide }));
  const gated = gate === undefined ? filtered : net.module('se', () => gate(net, filtered, wide, wide / 4));
  const projected = write(net, gated, [wide, to]);
  return from === to && stride === 1 ? net.node('Add', [x, projected]) : projected;
}

function blocks(net: ExportedNet, stem: string, list: readonly Block[], folded: boolean): string {
  let x = stem;
  for (const [index, block] of list.entries()) {
    x = net.module(`blocks.${index}`, () => invertedResidual(net, x, block, folded));
  }
  return x;
}

/** MobileNetV3 (Howard et al. 2019), with hard swish as four operators: operator set 11. */
export function mobilenetV3(): Model {
  const net = new ExportedNet({ opset: 11, inputs: images(32) });
  const stem = hardSwish(net, conv(net, 'input', [3, 16], { kernel: 3, stride: 2 }));
  const list: Block[] = [
    { from: 16, wide: 16, to: 16, kernel: 3, stride: 1, activate: relu, gate: hardGate },
    { from: 16, wide: 64, to: 24, kernel: 3, stride: 2, activate: relu },
    { from: 24, wide: 96, to: 24, kernel: 3, stride: 1, activate: relu },
    { from: 24, wide: 96, to: 40, kernel: 5, stride: 2, activate: hardSwish, gate: hardGate },
    { from: 40, wide: 160, to: 40, kernel: 5, stride: 1, activate: hardSwish, gate: hardGate },
  ];
  const last = hardSwish(net, conv(net, blocks(net, stem, list, true), [40, 160]));
  const flat = net.node('Flatten', [net.node('GlobalAveragePool', [last])], { axis: 1 });
  const hidden = hardSwish(net, linear(net, flat, [160, 128]));
  return net.build({ output: linear(net, hidden, [128, 10]) });
}

/** MNASNet (Tan et al. 2019): pooled by ReduceMean over height and width. */
export function mnasnet(): Model {
  const net = new ExportedNet({ opset: 13, inputs: images(32) });
  const stem = convNormRelu(net, 'input', [3, 16], { kernel: 3, stride: 2 });
  const separable = net.node('Relu', [depthwise(net, stem, 16, { kernel: 3 })]);
  const list: Block[] = [
    { from: 16, wide: 48, to: 24, kernel: 3, stride: 2, activate: relu },
    { from: 24, wide: 72, to: 24, kernel: 3, stride: 1, activate: relu },
    { from: 24, wide: 72, to: 40, kernel: 5, stride: 2, activate: relu },
    { from: 40, wide: 240, to: 40, kernel: 5, stride: 1, activate: relu },
  ];
  const last = convNormRelu(net, blocks(net, convNorm(net, separable, [16, 16]), list, false), [40, 160]);
  return net.build({ output: linear(net, spatialMean(net, last, false), [160, 10]) });
}

/** EfficientNet (Tan and Le 2019): SiLU as a product with a sigmoid, squeeze and excitation in every block. */
export function efficientnet(): Model {
  const net = new ExportedNet({ opset: 18, inputs: images(32) });
  const stem = silu(net, conv(net, 'input', [3, 16], { kernel: 3, stride: 2 }));
  const own = { activate: silu, gate: sigmoidGate };
  const list: Block[] = [
    { from: 16, wide: 16, to: 16, kernel: 3, stride: 1, ...own },
    { from: 16, wide: 96, to: 24, kernel: 3, stride: 2, ...own },
    { from: 24, wide: 144, to: 24, kernel: 3, stride: 1, ...own },
    { from: 24, wide: 144, to: 40, kernel: 5, stride: 2, ...own },
    { from: 40, wide: 240, to: 40, kernel: 5, stride: 1, ...own },
  ];
  const last = silu(net, conv(net, blocks(net, stem, list, true), [40, 160]));
  const flat = net.node('Flatten', [net.node('GlobalAveragePool', [last])], { axis: 1 });
  return net.build({ output: linear(net, flat, [160, 10]) });
}
