import { yieldToEventLoop } from '@onnx-compress/core';
import { channelStatistics } from '@onnx-compress/math';
import { layoutOf } from '../../weights/int8-weight.js';
import { tableWeight } from '../table-weight.js';
import type { WeightCode } from '../weight-code.js';

/**
 * Numbers become their signs, times a scale for each channel: the mean magnitude, which has the least squared error of all
 * scales (Rastegari et al. 2016, arXiv:1603.05279). Zero counts as positive; a channel of zeros has the scale 0.
 */
export const binary: WeightCode = {
  scheme: 'binary',
  async fit(values, subject, { signal }) {
    const pause = () => yieldToEventLoop(signal);
    await pause();
    const axis = subject.channelAxis;
    const layout = layoutOf(subject.dims, axis);
    const count = layout.outer * layout.inner;
    const { magnitudes } = await channelStatistics(values, layout, pause);
    const scales = Float32Array.from(magnitudes, (sum) => sum / Math.max(1, count));
    return tableWeight({ bits: 1, axis, tables: Float32Array.of(-1, 1), size: 2, scales }, subject);
  },
};
