import type { Context } from '@onnx-compress/core';
import type { Model, ShapeTable } from '@onnx-compress/graph';
import { channelAxisOf, Expectations, fromBias, fromNormalization } from '@onnx-compress/recovery';
import type { MeansOf } from './fold.js';
import { measuredMeans } from './measured-means.js';
import type { Site } from './sites.js';

/** What a removed channel is taken to hold: its mean, its bias alone, or nothing. */
export type Constants = 'mean' | 'bias' | 'zero';

/** Finds out what the layers are fed with that lose input channels. */
export type MeansSource = (sites: readonly Site[]) => Promise<MeansOf>;

/** Removed channels count as zero. */
const noMeans: MeansSource = async () => async () => undefined;

function expectedMeans(expectations: Expectations): MeansOf {
  return async ({ node, data }) => {
    const moments = await expectations.of(data);
    return moments?.axis === channelAxisOf(node, (moments?.axis ?? 0) + 1) ? moments?.mean : undefined;
  };
}

/** Means over the calibration samples where there are any, else from the parameters of the model. */
export function meansSource(
  model: Model,
  types: ShapeTable,
  constants: Constants,
  { calibration, runs, signal }: Pick<Context, 'calibration' | 'runs' | 'signal'>,
): MeansSource {
  if (constants === 'zero') return noMeans;
  if (constants === 'mean' && calibration !== undefined) {
    return (sites) => measuredMeans(model, sites, types, { calibration, runs, signal });
  }
  return async () => expectedMeans(new Expectations(types, constants === 'mean' ? fromNormalization : fromBias));
}
