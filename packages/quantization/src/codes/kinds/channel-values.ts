import type { ChannelLayout } from '@onnx-compress/math';

/** The numbers of each channel of a weight in turn, in their own memory. */
export function* channelValues(values: Float32Array, { outer, channels, inner }: ChannelLayout) {
  for (let channel = 0; channel < channels; channel++) {
    const own = new Float32Array(outer * inner);
    for (let row = 0; row < outer; row++) {
      const start = (row * channels + channel) * inner;
      if (inner === 1) own[row] = values[start] ?? 0;
      else own.set(values.subarray(start, start + inner), row * inner);
    }
    yield own;
  }
}
