// Networks of a given width and depth, and images for them.
import { ConvNet, IMAGE } from './conv-net.mjs';

const SIZE = 32;

/** A chain of 3 x 3 convolutions with ReLU, of one width, on 16 x 16 positions, and one linear layer. */
export function chain({ width, depth }) {
  const net = new ConvNet();
  let value = net.relu(net.conv(IMAGE, 'conv0', width, { kernel: 3, stride: 2 }), 'conv0.relu');
  for (let layer = 1; layer < depth; layer++)
    value = net.relu(net.conv(value, `conv${layer}`, width, { kernel: 3 }), `conv${layer}.relu`);
  return net.build(SIZE, net.linear(net.globalAverage(value, 'pool'), 'classifier', 10));
}

/** Images of smooth noise: waves of random direction, with a brightness of their own. `[count, 3, 32, 32]`. */
export function waves(count, random) {
  const values = new Float32Array(count * 3 * SIZE * SIZE);
  let at = 0;
  for (let image = 0; image < count; image++) {
    for (let channel = 0; channel < 3; channel++) {
      const [level, across, down, start] = Array.from({ length: 4 }, () => random.normal());
      for (let y = 0; y < SIZE; y++)
        for (let x = 0; x < SIZE; x++) values[at++] = 0.5 * level + Math.sin(0.3 * (across * x + down * y) + start);
    }
  }
  return { shape: [count, 3, SIZE, SIZE], values };
}
