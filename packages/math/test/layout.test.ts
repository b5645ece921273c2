import { describe, expect, it } from '@jest/globals';
import { channelLayout, wholeTensor } from '../src/layout.js';

describe('channelLayout', () => {
  it('splits a shape at the axis', () => {
    expect(channelLayout([64, 3, 7, 7], 0)).toEqual({ outer: 1, channels: 64, inner: 147 });
    expect(channelLayout([64, 3, 7, 7], 1)).toEqual({ outer: 64, channels: 3, inner: 49 });
    expect(channelLayout([768, 3072], -1)).toEqual({ outer: 768, channels: 3072, inner: 1 });
  });

  it('refuses an axis outside the rank', () => {
    expect(() => channelLayout([2, 3], 2)).toThrow('axis 2 is outside a tensor of rank 2');
    expect(() => channelLayout([2, 3], -3)).toThrow('axis -3 is outside a tensor of rank 2');
  });
});

describe('wholeTensor', () => {
  it('is one channel', () => {
    expect(wholeTensor(10)).toEqual({ outer: 1, channels: 1, inner: 10 });
  });
});
