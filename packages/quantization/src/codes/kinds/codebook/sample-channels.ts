import { type ChannelLayout, type Pause, paced, type Steps } from '@onnx-compress/math';

/** Numbers that parameters are chosen from, at most, unless there are very many channels: a scale needs its own. */
const MOST = 2 ** 20;
const LEAST_PER_CHANNEL = 4096;

/** Some numbers of each channel, spread evenly over all of it. */
export interface ChannelSample {
  readonly values: Float32Array;
  readonly layout: ChannelLayout;
}

/** Places that are read together: neighbours in the sample, so that memory is written in rows. */
const TOGETHER = 32;

/** As many numbers as parameters need, or all, those of a channel one after the other. */
export async function sampleChannels(
  values: Float32Array,
  layout: ChannelLayout,
  pause: Pause,
): Promise<ChannelSample> {
  const { outer, channels, inner } = layout;
  const all = outer * inner;
  const taken = Math.min(all, Math.max(LEAST_PER_CHANNEL, Math.floor(MOST / channels)));
  if (taken === all && outer === 1) return { values, layout };
  const sample = new Float32Array(channels * taken);
  await paced(sampling(values, layout, taken, sample), pause);
  return { values: sample, layout: { outer: 1, channels, inner: taken } };
}

function* sampling(
  values: Float32Array,
  { outer, channels, inner }: ChannelLayout,
  taken: number,
  target: Float32Array,
): Steps<void> {
  const startOf = (place: number) => {
    const position = Math.floor(((place + 0.5) * outer * inner) / taken);
    return Math.floor(position / inner) * channels * inner + (position % inner);
  };
  for (let first = 0; first < taken; first += TOGETHER) {
    const starts = Array.from({ length: Math.min(TOGETHER, taken - first) }, (_, index) => startOf(first + index));
    for (let channel = 0; channel < channels; channel++) {
      let at = channel * taken + first;
      for (const start of starts) target[at++] = values[start + channel * inner] ?? 0;
    }
    yield;
  }
}
