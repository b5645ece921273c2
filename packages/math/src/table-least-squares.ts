import { type ChannelLayout, checkLayout } from './layout.js';
import type { ScaledTables } from './scaled-tables.js';

/** A table that all channels share, with scales. */
export type SharedTable = ScaledTables & { readonly scales: Float32Array };

/**
 * The scale of each channel with which its numbers lie nearest to the entries that were chosen for them, in least
 * squares; where all of these are zero, or the scale would not be above 0, the one it has.
 *
 * @throws RangeError when the layout does not describe the values.
 */
export function leastSquaresScales(
  values: Float32Array,
  indices: Uint8Array,
  layout: ChannelLayout,
  { tables, scales }: SharedTable,
): Float32Array {
  checkLayout(values.length, layout);
  const { inner, channels } = layout;
  const products = new Float64Array(channels);
  const squares = new Float64Array(channels);
  for (let start = 0, channel = 0; start < values.length; start += inner) {
    for (let at = start; at < start + inner; at++) {
      const entry = tables[indices[at]];
      products[channel] += values[at] * entry;
      squares[channel] += entry * entry;
    }
    if (++channel === channels) channel = 0;
  }
  return scales.map((scale, channel) => {
    const best = Math.fround(products[channel] / squares[channel]);
    return best > 0 && Number.isFinite(best) ? best : scale;
  });
}

/**
 * The entries that lie nearest to the numbers they were chosen for, in least squares; an entry that was chosen for none
 * stays.
 *
 * @throws RangeError when the layout does not describe the values.
 */
export function leastSquaresTable(
  values: Float32Array,
  indices: Uint8Array,
  layout: ChannelLayout,
  { tables, scales }: SharedTable,
): Float32Array {
  checkLayout(values.length, layout);
  const { inner, channels } = layout;
  const products = new Float64Array(tables.length);
  const squares = new Float64Array(tables.length);
  for (let start = 0, channel = 0; start < values.length; start += inner) {
    const scale = scales[channel];
    for (let at = start; at < start + inner; at++) {
      products[indices[at]] += values[at] * scale;
      squares[indices[at]] += scale * scale;
    }
    if (++channel === channels) channel = 0;
  }
  return tables.map((entry, index) => (squares[index] > 0 ? products[index] / squares[index] : entry));
}
