import type { Node, Weight } from '@onnx-compress/graph';
import { planBias } from './bias.js';
import type { WeightChange } from './layer-side.js';
import { type ChannelBlock, scaledTensor } from './scaled-tensor.js';

/** What a layer computes with after an affine map went into it. */
export interface Rescaled {
  readonly weight: Weight;
  readonly blocks: readonly ChannelBlock[];
  /** One factor per channel of the weight. */
  readonly factors: Float64Array;
  readonly bias: { readonly index: number; readonly values: Float64Array } | undefined;
}

/** Plans to scale the weight of a layer and to replace its bias; layers without a bias give none. */
export function rescale(layer: Node, { weight, blocks, factors, bias }: Rescaled): WeightChange {
  const { tensor } = weight;
  const change = bias && planBias(layer, bias.index, bias.values, tensor.dataType);
  return {
    growth: change?.growth ?? 0,
    apply: () => {
      weight.replace(scaledTensor(tensor, blocks, factors));
      change?.apply();
    },
  };
}
