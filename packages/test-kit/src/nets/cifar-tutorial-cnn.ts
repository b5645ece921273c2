import type { Model } from '@onnx-compress/graph';
import { buildSequence } from './sequence.js';

/**
 * The CNN of PyTorch's CIFAR-10 tutorial: convolutions of 16 and 32 filters of 5 x 5, linear layers 800-120-84-10, on
 * 3 x 32 x 32 images; 121 182 parameters. Random weights.
 */
export function cifarTutorialCnn({ seed = 1 }: { readonly seed?: number } = {}): Model {
  return buildSequence({
    image: [3, 32, 32],
    seed,
    layers: [
      { kind: 'conv', channels: 16, kernel: 5, pad: 0 },
      { kind: 'relu' },
      { kind: 'pool' },
      { kind: 'conv', channels: 32, kernel: 5, pad: 0 },
      { kind: 'relu' },
      { kind: 'pool' },
      { kind: 'flatten' },
      { kind: 'linear', features: 120 },
      { kind: 'relu' },
      { kind: 'linear', features: 84 },
      { kind: 'relu' },
      { kind: 'linear', features: 10 },
    ],
  });
}
