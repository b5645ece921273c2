import { describe, expect, it } from '@jest/globals';
import { addBinCounts } from '../src/bin-counts.js';
import { channelExtremes } from '../src/channel-extremes.js';
import { wholeTensor } from '../src/layout.js';
import { roundingErrors } from '../src/rounding-errors.js';

const rows = { outer: 1, channels: 2, inner: 2 };
const columns = { outer: 2, channels: 2, inner: 1 };

describe('channelExtremes', () => {
  it('holds zero and reads both layouts', () => {
    const values = Float32Array.of(1, -2, 3, 4);
    expect(channelExtremes(values, rows)).toEqual({ lows: Float32Array.of(-2, 0), highs: Float32Array.of(1, 4) });
    expect(channelExtremes(values, columns)).toEqual({ lows: Float32Array.of(0, -2), highs: Float32Array.of(3, 4) });
  });

  it('refuses a layout of another size', () => {
    expect(() => channelExtremes(new Float32Array(3), rows)).toThrow('describes 4 elements');
  });
});

describe('roundingErrors', () => {
  it('sums squared errors per channel in both layouts, clipped ones too', () => {
    const values = Float32Array.of(0.25, 130, -0.5, 2);
    expect([...roundingErrors(values, rows, Float32Array.of(1, 4))]).toEqual([0.0625 + 9, 0.25 + 4]);
    expect([...roundingErrors(values, columns, Float32Array.of(1, 4))]).toEqual([0.0625 + 0.25, 4 + 4]);
  });

  it('is zero where every value is a multiple of the scale', () => {
    const values = Float32Array.from({ length: 255 }, (_, index) => (index - 127) * 0.25);
    expect([...roundingErrors(values, wholeTensor(255), Float32Array.of(0.25))]).toEqual([0]);
  });

  it('refuses scales and layouts of another size', () => {
    expect(() => roundingErrors(new Float32Array(4), rows, new Float32Array(1))).toThrow('scales: expected 2');
    expect(() => roundingErrors(new Float32Array(3), rows, new Float32Array(2))).toThrow('describes 4 elements');
  });
});

describe('addBinCounts', () => {
  it('adds to what was counted before', () => {
    const counts = Float64Array.of(1, 0, 0);
    addBinCounts(Uint16Array.of(0, 2, 2), counts);
    expect([...counts]).toEqual([2, 0, 2]);
  });
});
