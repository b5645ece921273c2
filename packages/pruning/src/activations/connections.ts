import { ItemSummaries, type Observer } from '@onnx-compress/core';
import { elementCount } from '@onnx-compress/graph';
import { RunningMoments, squaresPerInput } from '@onnx-compress/math';
import type { Consumer } from '../groups/members.js';
import { weightValues } from '../groups/weight-values.js';
import { ConnectionNorms } from './connection-norms.js';
import { inputLayout, type WeightedLayer } from './weighted-layer.js';

/** Follows over the samples how the norms of what a layer makes of its input channels vary. */
export interface Follower {
  readonly observer: Observer;
  /** How many variances it keeps. */
  readonly series: number;
  /** After the samples: the variances summed over filters, one number per input channel. */
  read(): Promise<Float64Array>;
}

/** True where every element of the input is multiplied by exactly one weight of each filter. */
function isPointwise({ node }: WeightedLayer, kernel: readonly number[]): boolean {
  if (elementCount(kernel) > 1) return false;
  return node.opType !== 'Conv' || (node.ints('strides') ?? []).every((stride) => stride === 1);
}

/** A single weight scales the norm of the channel, so that one variance per channel tells those of all filters. */
function followChannels({ layer, weight, value }: Consumer, channels: number): Follower {
  const moments = new RunningMoments(channels);
  return {
    observer: new ItemSummaries(value, 'norm', (norms) => moments.merge(1, norms)),
    series: channels,
    async read() {
      const squares = squaresPerInput(await weightValues(weight), inputLayout(layer, weight.tensor.dims));
      return moments.variance.map((variance, channel) => variance * (squares[channel] ?? Number.NaN));
    },
  };
}

/** Follows the connections of a layer: pairs of an input channel and a filter that reads it. */
export function followConnections(consumer: Consumer): Follower {
  const { layer, weight } = consumer;
  const { dims } = weight.tensor;
  const isConvolution = layer.node.opType === 'Conv' || layer.node.opType === 'ConvTranspose';
  const { channels, groups } = inputLayout(layer, dims);
  if (isPointwise(layer, isConvolution ? dims.slice(2) : [])) return followChannels(consumer, channels * groups);
  const norms = new ConnectionNorms(layer, dims);
  return { observer: norms, series: norms.series, read: async () => norms.variances };
}
