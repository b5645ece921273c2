import { describe, expect, it } from '@jest/globals';
import {
  formatBytes,
  formatBytesChange,
  formatCosine,
  formatCount,
  formatFactor,
  formatLargeCount,
  formatPercentChange,
} from '../src/render/quantities.js';

describe('quantities for a person', () => {
  it('writes sizes in decimal units with one digit', () => {
    expect([812, 999_960, 12_400_000, 2_000_000_000].map(formatBytes)).toEqual([
      '812 B',
      '1.0 MB',
      '12.4 MB',
      '2.0 GB',
    ]);
  });

  it('writes both sizes of a change in the unit of the larger one', () => {
    expect(formatBytesChange(97_800_000, 400_000)).toBe('97.8 -> 0.4 MB');
    expect(formatBytesChange(100, 2_000)).toBe('0.1 -> 2.0 kB');
  });

  it('separates thousands with spaces and shortens large counts', () => {
    expect([7, 1030, 1_234_567].map(formatCount)).toEqual(['7', '1 030', '1 234 567']);
    expect([999_999, 2_690_312, 4_100_000_000].map(formatLargeCount)).toEqual(['999 999', '2.7 M', '4.10 G']);
  });

  it('signs every change, and none where nothing changed', () => {
    expect(formatPercentChange(100, 12.7)).toBe('-87.3 %');
    expect(formatPercentChange(100, 103.14)).toBe('+3.1 %');
    expect(formatPercentChange(100_000, 99_999)).toBe('0.0 %');
    expect(formatPercentChange(0, 10)).toBe('0.0 %');
  });

  it('says how many times smaller or larger', () => {
    expect(formatFactor(97.8, 12.4)).toBe('7.9x smaller');
    expect(formatFactor(100, 102)).toBe('1.02x larger');
    expect(formatFactor(5, 5)).toBe('same size');
  });

  it('never rounds a cosine up to 1', () => {
    expect([1, 0.9412, 0.99996, 0.99999999].map(formatCosine)).toEqual(['1.0000', '0.9412', '0.999960', '0.99999999']);
  });
});
