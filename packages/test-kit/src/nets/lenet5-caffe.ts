import type { Model } from '@onnx-compress/graph';
import { buildSequence } from './sequence.js';

/**
 * LeNet-5 as Caffe ships it, 20-50-500-10 on 28 x 28 grey images: the network on which pruning papers since
 * Han et al. 2015 count 430 500 weights (431 080 with biases). Random weights.
 */
export function lenet5Caffe({ seed = 1 }: { readonly seed?: number } = {}): Model {
  return buildSequence({
    image: [1, 28, 28],
    seed,
    layers: [
      { kind: 'conv', channels: 20, kernel: 5, pad: 0 },
      { kind: 'pool' },
      { kind: 'conv', channels: 50, kernel: 5, pad: 0 },
      { kind: 'pool' },
      { kind: 'flatten' },
      { kind: 'linear', features: 500 },
      { kind: 'relu' },
      { kind: 'linear', features: 10 },
    ],
  });
}
