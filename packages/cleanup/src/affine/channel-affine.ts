/** What an affine map of channels computes: `y = scale[c] * x + offset[c]` for each channel c. */
export interface ChannelAffine {
  readonly scale: Float64Array;
  readonly offset: Float64Array;
}

/** A bias behind an affine map: `bias * scale + offset`, channel by channel. */
export function mapBias(bias: Float64Array, { scale, offset }: ChannelAffine): Float64Array {
  return bias.map((value, channel) => value * (scale[channel] ?? 1) + (offset[channel] ?? 0));
}

/** True when the map only scales. */
export function isLinear({ offset }: ChannelAffine): boolean {
  return offset.every((value) => value === 0);
}
