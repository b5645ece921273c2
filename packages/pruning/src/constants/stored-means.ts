import type { Removal } from '@onnx-compress/core';
import type { MeansSource } from './means-source.js';
import type { Site } from './sites.js';

/** What the removed input channels of a layer were taken to hold. */
export interface StoredConstants extends Removal {
  /** One number for each of the channels; where the layer has groups, for each of them, group after group. */
  readonly values: readonly number[];
}

const isOf =
  ({ node, slice }: Site) =>
  (stored: StoredConstants) =>
    stored.node === node.label && stored.tensor === slice.weight.name && stored.axis === slice.axis;

/** The numbers in the place of their channels; NaN for all others. */
function meansOf({ channels, values }: StoredConstants, { slice, contraction }: Site): Float64Array {
  const perGroup = slice.weight.tensor.dims[slice.axis] ?? 0;
  const means = new Float64Array(perGroup * contraction.groups).fill(Number.NaN);
  for (const [index, value] of values.entries()) {
    const group = Math.floor(index / channels.length);
    means[group * perGroup + (channels[index % channels.length] ?? 0)] = value;
  }
  return means;
}

/** Means that an earlier run took, at most one entry for each layer. */
export function storedMeans(constants: readonly StoredConstants[]): MeansSource {
  return async () => async (site) => {
    const own = constants.find(isOf(site));
    return own && meansOf(own, site);
  };
}
