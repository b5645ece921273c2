// ResNet-50 by script, at any width and image size.
import { ConvNet, IMAGE } from './conv-net.mjs';

/** Blocks of each stage, and the filters of their 3 x 3 convolutions. */
const STAGES = [
  { blocks: 3, filters: 64 },
  { blocks: 4, filters: 128 },
  { blocks: 6, filters: 256 },
  { blocks: 3, filters: 512 },
];

function normalised(net, input, name, filters, options) {
  return net.batchNorm(net.conv(input, name, filters, options), `${name}.norm`);
}

/** Three convolutions and a shortcut, which has a convolution of its own in the first block of a stage. */
function bottleneck(net, input, name, filters, stride, isFirst) {
  const narrow = net.relu(normalised(net, input, `${name}.reduce`, filters), `${name}.relu1`);
  const middle = normalised(net, narrow, `${name}.spatial`, filters, { kernel: 3, stride });
  const wide = normalised(net, net.relu(middle, `${name}.relu2`), `${name}.expand`, 4 * filters);
  const shortcut = isFirst ? normalised(net, input, `${name}.shortcut`, 4 * filters, { stride }) : input;
  return net.relu(net.add(wide, shortcut, `${name}.sum`), `${name}.relu3`);
}

/**
 * ResNet-50 (He et al. 2015, table 1): 25.6 M parameters at width 1, 1000 classes.
 *
 * @param widths filters by name of the convolution, where they differ from the architecture's
 */
export function resnet50({ width = 1, size = 224, widths } = {}) {
  const net = new ConvNet(widths);
  const stem = normalised(net, IMAGE, 'stem', 64 * width, { kernel: 7, stride: 2 });
  let value = net.maxPool(net.relu(stem, 'stem.relu'), 'stem.pool', { kernel: 3, pad: 1 });
  for (const [stage, { blocks, filters }] of STAGES.entries()) {
    for (let block = 0; block < blocks; block++) {
      const stride = block === 0 && stage > 0 ? 2 : 1;
      value = bottleneck(net, value, `stage${stage + 1}.${block}`, filters * width, stride, block === 0);
    }
  }
  return net.build(size, net.linear(net.globalAverage(value, 'pool'), 'classifier', 1000));
}
