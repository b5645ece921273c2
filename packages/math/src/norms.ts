import { absoluteMaxPerChannel } from './absolute-max.js';
import { type ChannelLayout, checkLayout } from './layout.js';
import { badExponent } from './messages.js';

/**
 * The p-norm of each channel, `(sum |x|^p)^(1/p)`, summed in double precision. `p` is above 0; Infinity gives the
 * largest magnitude. Exponents other than 1 and 2 are computed relative to each channel's largest magnitude, so that
 * high exponents neither overflow nor vanish. A channel that holds NaN has the norm NaN.
 *
 * @throws RangeError when `p` is not above 0, or the layout does not describe the values.
 * @example normPerChannel(Float32Array.of(3, 4, 0, 5), { outer: 1, channels: 2, inner: 2 }, 2) // [5, 5]
 */
export function normPerChannel(values: Float32Array, layout: ChannelLayout, p: number): Float64Array {
  if (!(p > 0)) throw badExponent(p);
  checkLayout(values.length, layout);
  if (p === 1) return sumMagnitudes(values, layout);
  if (p === 2) return sumSquares(values, layout).map(Math.sqrt);
  const largest = Float64Array.from(absoluteMaxPerChannel(values, layout));
  if (p === Number.POSITIVE_INFINITY) return largest;
  const sums = sumRelativePowers(values, layout, largest, p);
  return largest.map((unit, channel) =>
    unit > 0 && unit < Number.POSITIVE_INFINITY ? unit * sums[channel] ** (1 / p) : unit,
  );
}

function sumMagnitudes(values: Float32Array, { channels, inner }: ChannelLayout): Float64Array {
  const sums = new Float64Array(channels);
  for (let start = 0, channel = 0; start < values.length; start += inner) {
    let sum = 0;
    for (let i = start; i < start + inner; i++) sum += Math.abs(values[i]);
    sums[channel] += sum;
    if (++channel === channels) channel = 0;
  }
  return sums;
}

function sumSquares(values: Float32Array, { channels, inner }: ChannelLayout): Float64Array {
  const sums = new Float64Array(channels);
  for (let start = 0, channel = 0; start < values.length; start += inner) {
    let sum = 0;
    for (let i = start; i < start + inner; i++) sum += values[i] * values[i];
    sums[channel] += sum;
    if (++channel === channels) channel = 0;
  }
  return sums;
}

function sumRelativePowers(
  values: Float32Array,
  { channels, inner }: ChannelLayout,
  largest: Float64Array,
  p: number,
): Float64Array {
  const sums = new Float64Array(channels);
  for (let start = 0, channel = 0; start < values.length; start += inner) {
    const unit = largest[channel] || 1;
    let sum = 0;
    for (let i = start; i < start + inner; i++) sum += (Math.abs(values[i]) / unit) ** p;
    sums[channel] += sum;
    if (++channel === channels) channel = 0;
  }
  return sums;
}
