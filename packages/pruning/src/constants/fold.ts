import { type Node, Scratch } from '@onnx-compress/graph';
import { contributionOf } from '@onnx-compress/recovery';
import type { SliceEdit } from '../surgery/edit.js';
import type { Site } from './sites.js';

/**
 * The mean of every input channel of a layer: from calibration data, the parameters of the model, or a stored plan. NaN
 * where nothing is known of a channel, undefined where nothing is known of any.
 */
export type MeansOf = (site: Site) => Promise<Float64Array | undefined>;

/** What the removed input channels of a layer added to each of its outputs on average. */
export interface Fold {
  readonly node: Node;
  readonly slice: SliceEdit;
  /** The means that were taken for the removed channels, in their order; 0 where nothing is known. */
  readonly constants: readonly number[];
  /** To be added to the bias: one number for each output that stays. */
  readonly bias: Float64Array;
}

function keptOutputs({ slice, contraction }: Site, slices: readonly SliceEdit[], size: number): readonly number[] {
  const own = slices.find(({ weight, axis }) => weight === slice.weight && axis === contraction.outputAxis);
  return own?.keep ?? [...Array(size).keys()];
}

async function foldOf(
  site: Site,
  slices: readonly SliceEdit[],
  meansOf: MeansOf,
  scratch: Scratch,
): Promise<Fold | undefined> {
  const { node, slice, contraction } = site;
  const { tensor } = slice.weight;
  const perGroup = tensor.dims[slice.axis] ?? 0;
  const means = await meansOf(site);
  if (means?.length !== perGroup * contraction.groups) return undefined;
  const gone = new Set(slice.removed);
  const isGone = (channel: number) => gone.has(channel % perGroup);
  const inputs = means.map((mean, channel) => (isGone(channel) && Number.isFinite(mean) ? mean : 0));
  if (inputs.every((mean) => mean === 0)) return undefined;
  const added = await contributionOf(tensor, contraction, inputs, scratch);
  const constants = [...inputs].filter((_, channel) => isGone(channel));
  const kept = keptOutputs(site, slices, added.length);
  return { node, slice, constants, bias: Float64Array.from(kept, (output) => added[output] ?? 0) };
}

/** What has to be added to the biases of the layers behind removed channels. Reads the weights before they are cut. */
export async function planFolds(
  sites: readonly Site[],
  slices: readonly SliceEdit[],
  meansOf: MeansOf,
): Promise<readonly Fold[]> {
  const folds: Fold[] = [];
  const scratch = new Scratch();
  for (const site of sites) {
    const fold = await foldOf(site, slices, meansOf, scratch);
    if (fold !== undefined) folds.push(fold);
  }
  return folds;
}
