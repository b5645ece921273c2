import type { Model } from '@onnx-compress/graph';
import { ExportedNet, images } from './exported-net.js';
import { conv, convNorm, convNormRelu, maxPool } from './layers/convolution.js';
import { poolAndClassify } from './layers/linear.js';

interface Stage {
  readonly blocks: number;
  readonly from: number;
  readonly width: number;
  readonly to: number;
  readonly stride: number;
  readonly groups: number;
  /** BatchNormalization folded into the convolutions, as exporters do by default. */
  readonly folded: boolean;
}

function bottleneck(net: ExportedNet, x: string, stage: Stage, first: boolean): string {
  const { width, to, groups, folded } = stage;
  const [from, stride] = first ? [stage.from, stage.stride] : [to, 1];
  const write = folded ? conv : convNorm;
  const narrow = net.module('conv1', () => net.node('Relu', [write(net, x, [from, width])]));
  const spatial = net.module('conv2', () =>
    net.node('Relu', [write(net, narrow, [width, width], { kernel: 3, stride, groups })]),
  );
  const wide = net.module('conv3', () => write(net, spatial, [width, to]));
  const shortcut = first ? net.module('downsample', () => write(net, x, [from, to], { stride })) : x;
  return net.node('Relu', [net.node('Add', [wide, shortcut])]);
}

function stages(net: ExportedNet, image: string, list: readonly Stage[]): string {
  let x = maxPool(net, convNormRelu(net, image, [3, 16], { kernel: 7, stride: 2 }), 3, 2);
  for (const [index, stage] of list.entries()) {
    net.module(`layer${index + 1}`, () => {
      for (let block = 0; block < stage.blocks; block++) {
        x = net.module(`${block}`, () => bottleneck(net, x, stage, block === 0));
      }
    });
  }
  return x;
}

/** ResNet-50 (He et al. 2016): all 16 bottleneck blocks, an eighth of the width. */
export function resnet50(): Model {
  const net = new ExportedNet({ opset: 13, inputs: images(64) });
  const widths = [8, 16, 32, 64];
  const list = [3, 4, 6, 3].map((blocks, index) => {
    const width = widths[index] ?? 0;
    const from = index === 0 ? 16 : 2 * width;
    return { blocks, from, width, to: 4 * width, stride: index === 0 ? 1 : 2, groups: 1, folded: true };
  });
  return net.build({ output: poolAndClassify(net, stages(net, 'input', list), 256) });
}

/** ResNeXt (Xie et al. 2017): bottlenecks whose middle convolution has eight groups, with BatchNormalization. */
export function resnext(): Model {
  const net = new ExportedNet({ opset: 17, inputs: images(32) });
  const list = [
    { blocks: 2, from: 16, width: 32, to: 64, stride: 1, groups: 8, folded: false },
    { blocks: 2, from: 64, width: 64, to: 128, stride: 2, groups: 8, folded: false },
  ];
  return net.build({ output: poolAndClassify(net, stages(net, 'input', list), 128) });
}
