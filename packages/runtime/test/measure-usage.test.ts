import { describe, expect, it } from '@jest/globals';
import { machineTicks, peakBytes, waitMs } from '../src/host/usage.js';

describe('what Linux tells of a process', () => {
  it('reads the highest resident size', () => {
    expect(peakBytes('Name:\tnode\nVmPeak:\t  900 kB\nVmHWM:\t   1024 kB\nVmRSS:\t 512 kB\n')).toBe(1024 * 1024);
    expect(peakBytes('')).toBeUndefined();
  });

  it('reads the time spent waiting for a CPU', () => {
    expect(waitMs('672000000 12500000 4711\n')).toBe(12.5);
    expect(waitMs('')).toBeNull();
  });

  it('reads stolen ticks and counts guest time once', () => {
    const stat = 'cpu  100 1 20 300 4 0 5 6 70 8\ncpu0 50 1 10 150 2 0 2 3 35 4\nintr 1\n';
    expect(machineTicks(stat)).toEqual({ stolenTicks: 6, totalTicks: 436 });
    expect(machineTicks('')).toEqual({ stolenTicks: null, totalTicks: null });
    expect(machineTicks('cpu 1 2 3 4\n')).toEqual({ stolenTicks: null, totalTicks: null });
  });
});
