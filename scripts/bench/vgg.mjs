// VGG-16 without its large classifier, by script.
import { ConvNet, IMAGE } from './conv-net.mjs';

/** Filters of the 3 x 3 convolutions of each stage; a pool follows each stage. */
const STAGES = [
  [64, 64],
  [128, 128],
  [256, 256, 256],
  [512, 512, 512],
  [512, 512, 512],
];

/**
 * The convolutions of VGG-16 (Simonyan and Zisserman 2014, table 1) and one linear layer: 14.7 M parameters, 10 classes.
 *
 * @param widths filters by name of the convolution, where they differ from the architecture's
 */
export function vgg16({ size = 224, widths } = {}) {
  const net = new ConvNet(widths);
  let value = IMAGE;
  for (const [stage, layers] of STAGES.entries()) {
    for (const [layer, filters] of layers.entries()) {
      const name = `stage${stage + 1}.${layer}`;
      value = net.relu(net.conv(value, name, filters, { kernel: 3 }), `${name}.relu`);
    }
    value = net.maxPool(value, `stage${stage + 1}.pool`);
  }
  return net.build(size, net.linear(net.globalAverage(value, 'pool'), 'classifier', 10));
}
