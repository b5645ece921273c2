// A model with one tensor of 411 MB, the first linear layer of VGG-16's classifier, and little else.
import { ConvNet, IMAGE } from './conv-net.mjs';

/** A 3 x 3 convolution to 512 channels on 7 x 7 pixels, then linear layers 25088-4096-10. */
export function oneLargeTensor() {
  const net = new ConvNet();
  const channels = net.relu(net.conv(IMAGE, 'conv', 512, { kernel: 3 }), 'conv.relu');
  const hidden = net.relu(net.linear(net.flatten(channels, 'flat', 7), 'hidden', 4096), 'hidden.relu');
  return net.build(7, net.linear(hidden, 'classifier', 10));
}
