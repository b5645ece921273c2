import { yieldToEventLoop } from '@onnx-compress/core';
import { sortValues, ternaryScale } from '@onnx-compress/math';
import { layoutOf } from '../../weights/int8-weight.js';
import { tableWeight } from '../table-weight.js';
import type { WeightCode } from '../weight-code.js';
import { channelValues } from './channel-values.js';

/**
 * Numbers become -1, 0 or 1, times a scale for each channel: those that together have the least squared error, found among
 * all thresholds (see `ternaryScale`). Zeros stay zeros.
 */
export const ternary: WeightCode = {
  scheme: 'ternary',
  async fit(values, subject, { signal }) {
    const axis = subject.channelAxis;
    const pause = () => yieldToEventLoop(signal);
    const scales: number[] = [];
    for (const own of channelValues(values, layoutOf(subject.dims, axis))) {
      await pause();
      const sorted = await sortValues(magnitudes(own), pause);
      await pause();
      scales.push((await ternaryScale(sorted, pause)) || SCALE_OF_ZEROS);
    }
    const tables = Float32Array.of(-1, 0, 1);
    return tableWeight({ bits: 2, axis, tables, size: 3, scales: Float32Array.from(scales) }, subject);
  },
};

/** The numbers without their signs, in place. */
function magnitudes(values: Float32Array): Float32Array {
  for (let at = 0; at < values.length; at++) values[at] = Math.abs(values[at] ?? 0);
  return values;
}

/** Any scale suits a channel of zeros. */
const SCALE_OF_ZEROS = 1;
