import type { ChannelLayout } from '@onnx-compress/math';

/** Numbers that parameters are chosen from, at most, unless there are very many channels: a scale needs its own. */
const MOST = 2 ** 20;
const LEAST_PER_CHANNEL = 4096;

/** Some numbers of each channel, spread evenly over all of it. */
export interface ChannelSample {
  readonly values: Float32Array;
  readonly layout: ChannelLayout;
}

/** As many numbers as parameters need, or all, those of a channel one after the other. */
export function sampleChannels(values: Float32Array, layout: ChannelLayout): ChannelSample {
  const { outer, channels, inner } = layout;
  const all = outer * inner;
  const taken = Math.min(all, Math.max(LEAST_PER_CHANNEL, Math.floor(MOST / channels)));
  if (taken === all && outer === 1) return { values, layout };
  const sample = new Float32Array(channels * taken);
  for (let place = 0; place < taken; place++) {
    const position = Math.floor(((place + 0.5) * all) / taken);
    const start = Math.floor(position / inner) * channels * inner + (position % inner);
    for (let channel = 0; channel < channels; channel++) {
      sample[channel * taken + place] = values[start + channel * inner] ?? 0;
    }
  }
  return { values: sample, layout: { outer: 1, channels, inner: taken } };
}
