import { type ChannelLayout, checkLayout } from './layout.js';

/**
 * How the input channels of a layer lie in its weight. Without groups they are the channels of the layout. With groups,
 * as in a convolution weight [M, C / groups, kH, kW], the outer blocks (filters) are divided evenly among the groups,
 * and channel c of a block of group g is input channel g * channels + c.
 */
export interface InputLayout extends ChannelLayout {
  readonly groups: number;
}

/** Sum of the squared weights that each input channel is multiplied with; one sum for each of groups * channels. */
export function squaresPerInput(values: Float32Array, layout: InputLayout): Float64Array {
  checkLayout(values.length, layout);
  const { outer, channels, inner, groups } = layout;
  const sums = new Float64Array(groups * channels);
  for (let block = 0, start = 0; block < outer; block++) {
    const first = Math.floor((block * groups) / outer) * channels;
    for (let channel = first; channel < first + channels; channel++, start += inner) {
      let sum = 0;
      for (let i = start; i < start + inner; i++) sum += values[i] * values[i];
      sums[channel] += sum;
    }
  }
  return sums;
}

/**
 * Every weight's magnitude times a factor of its input channel.
 *
 * @param factors one for each of groups * channels input channels
 */
export function magnitudesTimesInputs(
  values: Float32Array,
  layout: InputLayout,
  factors: ArrayLike<number>,
): Float32Array {
  checkLayout(values.length, layout);
  const { outer, channels, inner, groups } = layout;
  const products = new Float32Array(values.length);
  for (let block = 0, start = 0; block < outer; block++) {
    const first = Math.floor((block * groups) / outer) * channels;
    for (let channel = first; channel < first + channels; channel++, start += inner) {
      for (let i = start; i < start + inner; i++) products[i] = Math.abs(values[i]) * factors[channel];
    }
  }
  return products;
}
