import { bitLength, dyadicOf, dyadicValue } from '../number/dyadic.js';
import type { BinarySite, IntegerValue, PoolSite, Site } from '../reading/site.js';
import type { Certificate } from './certificate.js';
import { differingSums, EXACT_INTEGERS, type Reach, saturatingSum } from './differing-sums.js';
import { isNearTie, nearTies } from './near-ties.js';
import {
  layerRescaling,
  partRescaling,
  poolRescaling,
  productRescaling,
  type Rescaling,
  sumMultipliers,
} from './rescaling.js';

/** What float kernels and integers agree on at one operator; undefined where nothing is rescaled. */
export async function certify(site: Site): Promise<Certificate | undefined> {
  switch (site.kind) {
    case 'layer': {
      const rescaling = await layerRescaling(site);
      return rescaling && site.result && certifyRequantization(rescaling, reachOf(site.result));
    }
    case 'pool':
      return site.node.opType === 'AveragePool'
        ? certifyFloats(poolRescaling(withDistinctWindows(site)), reachOf(site.result), [site.data.scale])
        : certifyRequantization(poolRescaling(site), reachOf(site.result));
    case 'binary':
      return site.operator === 'Add'
        ? certifySum(site)
        : certifyFloats(productRescaling(site), reachOf(site.result), [1]);
    case 'join':
      return joined(
        site.parts.map((part) => certifyFloats(partRescaling(part, site), reachOf(site.result), [part.scale])),
      );
    case 'move':
    case 'function':
      return undefined;
  }
}

/** Windows that average as many positions are rescaled alike. */
const withDistinctWindows = (site: PoolSite) => ({ ...site, positions: [...new Set(site.positions)] });

function reachOf({ dataType, zeroPoint }: IntegerValue): Reach {
  const least = (dataType === 'uint8' ? 0 : -128) - zeroPoint;
  return { least, most: least + 255 };
}

/** Kernels that turn int32 sums into floats, multiply them once and round. */
function certifyRequantization({ multipliers, bounds }: Rescaling, reach: Reach): Certificate {
  let offByOne = 0;
  for (const [channel, multiplier] of multipliers.entries()) {
    const bound = Math.min(bounds[channel] ?? 0, saturatingSum(multiplier, reach));
    offByOne += differingSums(multiplier, reach, Math.min(bound, EXACT_INTEGERS - 1));
    offByOne += 2 * Math.max(0, bound - EXACT_INTEGERS + 1);
  }
  return certificate(multipliers.map(dyadicOf), Math.max(...bounds), offByOne);
}

/** Fraction bits that float32 numbers below 512 have, which is more than uint8 with a zero point needs. */
const FRACTION_BITS = 15;

/** Significant bits of a float32. */
const FLOAT_BITS = 24;

/** Kernels that go through several floats: exact where all of these have room, else where no tie is near. */
function certifyFloats({ multipliers, bounds }: Rescaling, reach: Reach, scales: readonly number[]): Certificate {
  const longestScale = Math.max(...scales.map((scale) => bitLength(dyadicOf(scale).numerator)));
  let offByOne = 0;
  for (const [index, multiplier] of multipliers.entries()) {
    const bound = bounds[index] ?? 0;
    const bits = bitLength(bound) + longestScale;
    const isHeld = dyadicOf(multiplier).shift <= FRACTION_BITS && bits <= FLOAT_BITS;
    if (!isHeld) offByOne += nearTies(multiplier, reach, bound);
  }
  return certificate(multipliers.map(dyadicOf), Math.max(...bounds), offByOne);
}

function certificate(multipliers: Certificate['multipliers'], bound: number, offByOne: number): Certificate {
  const multiplierBits = Math.max(...multipliers.map(({ numerator }) => bitLength(numerator)));
  return { multipliers, multiplierBits, bound, accumulatorBits: bitLength(bound) + 1, exact: offByOne === 0, offByOne };
}

/** The kernel adds floats: exact where float32 holds every sum and every part of it, whatever the order. */
function certifySum(site: BinarySite): Certificate {
  const multipliers = sumMultipliers(site);
  const { left, right, result } = site;
  const shift = Math.max(0, ...multipliers.map((one) => one.shift));
  const [ofLeft, ofRight] = multipliers.map(dyadicValue);
  const bound = 255 * ((ofLeft ?? 0) + (ofRight ?? 0)) * 2 ** shift;
  const isDyadic = [left, right].every(({ scale }) => Math.fround(scale / result.scale) * result.scale === scale);
  const isHeld = isDyadic && 2 * bound + result.zeroPoint * 2 ** shift < EXACT_INTEGERS;
  return certificate(multipliers, bound, isHeld ? 0 : nearPairs(site));
}

/** How many pairs of bytes have a sum so near to a tie that either neighbour may be taken. */
function nearPairs({ left, right, result }: BinarySite): number {
  const [ofLeft, ofRight] = [left.scale / result.scale, right.scale / result.scale];
  const { least, most } = reachOf(result);
  let count = 0;
  for (let a = 0; a < 256; a++) {
    for (let b = 0; b < 256; b++) {
      const sum = (a - left.zeroPoint) * ofLeft + (b - right.zeroPoint) * ofRight;
      if (sum > least - 1 && sum < most + 1 && isNearTie(sum)) count++;
    }
  }
  return count;
}

function joined(parts: readonly Certificate[]): Certificate {
  const multipliers = parts.flatMap((part) => part.multipliers);
  const offByOne = parts.reduce((sum, part) => sum + part.offByOne, 0);
  return certificate(multipliers, Math.max(...parts.map(({ bound }) => bound)), offByOne);
}
