import type { Model } from '@onnx-compress/graph';
import { buildSequence, type LayerSpec } from './sequence.js';

/** Channels of the convolutions of VGG-D (Simonyan and Zisserman 2015, table 1), pooled after each block. */
const BLOCKS = [
  [64, 64],
  [128, 128],
  [256, 256, 256],
  [512, 512, 512],
  [512, 512, 512],
] as const;

const block = (channels: readonly number[]): readonly LayerSpec[] => [
  ...channels.flatMap((count): readonly LayerSpec[] => [
    { kind: 'conv', channels: count, kernel: 3, pad: 1 },
    { kind: 'relu' },
  ]),
  { kind: 'pool' },
];

/**
 * VGG-D for CIFAR-10 as the papers on pruning at initialization use it: the convolutions of VGG-16 on 32 x 32 images,
 * then 512-512-10, without batch normalization: 15 239 872 weights (15 245 130 with biases). Random weights.
 */
export function vggDCifar10({ seed = 1 }: { readonly seed?: number } = {}): Model {
  return buildSequence({
    image: [3, 32, 32],
    seed,
    layers: [
      ...BLOCKS.flatMap(block),
      { kind: 'flatten' },
      { kind: 'linear', features: 512 },
      { kind: 'relu' },
      { kind: 'linear', features: 512 },
      { kind: 'relu' },
      { kind: 'linear', features: 10 },
    ],
  });
}
