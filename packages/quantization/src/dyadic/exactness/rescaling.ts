import type { Dyadic } from '../number/dyadic.js';
import { dyadicOf } from '../number/dyadic.js';
import type { BinarySite, IntegerValue, JoinSite, LayerSite, PoolSite } from '../reading/site.js';
import { layerBounds } from './layer-bounds.js';

/** Integers that are multiplied and then stored at the scale of a result. */
export interface Rescaling {
  /** As float32, the way the kernel of onnxruntime computes them; one for each channel, or one for all. */
  readonly multipliers: readonly number[];
  /** Largest size of the integers, as many as there are multipliers. */
  readonly bounds: readonly number[];
}

/** Integers of 8 bits are at most this far from their zero point. */
const LARGEST_DIFFERENCE = 255;

/** The sums of a layer; undefined where they become floats. */
export async function layerRescaling(site: LayerSite): Promise<Rescaling | undefined> {
  const { result, data, weightScales } = site;
  if (result === undefined) return undefined;
  const bounds = await layerBounds(site);
  const multiplier = (scale: number) => Math.fround(Math.fround(data.scale * scale) / result.scale);
  if (weightScales.length > 1) return { multipliers: Array.from(weightScales, multiplier), bounds };
  return { multipliers: Array.from(weightScales, multiplier), bounds: [Math.max(...bounds)] };
}

/** The sums of an average. */
export function poolRescaling({ node, data, positions, result }: PoolSite): Rescaling {
  const isGlobal = node.opType === 'GlobalAveragePool';
  const multiplier = (count: number) =>
    isGlobal
      ? Math.fround(data.scale / Math.fround(result.scale * count))
      : Math.fround(data.scale / result.scale / count);
  return { multipliers: positions.map(multiplier), bounds: positions.map((count) => count * LARGEST_DIFFERENCE) };
}

/** The products of two values. */
export function productRescaling({ left, right, result }: BinarySite): Rescaling {
  const multiplier = Math.fround(Math.fround(left.scale * right.scale) / result.scale);
  return { multipliers: [multiplier], bounds: [LARGEST_DIFFERENCE ** 2] };
}

/** The integers of one part of a Concat, less their zero point. */
export function partRescaling(part: IntegerValue, { result }: JoinSite): Rescaling {
  return { multipliers: [Math.fround(part.scale / result.scale)], bounds: [LARGEST_DIFFERENCE] };
}

/** What both sides of an Add are multiplied with. */
export function sumMultipliers({ left, right, result }: BinarySite): readonly [Dyadic, Dyadic] {
  return [dyadicOf(Math.fround(left.scale / result.scale)), dyadicOf(Math.fround(right.scale / result.scale))];
}
