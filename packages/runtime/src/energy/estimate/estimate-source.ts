import type { EnergyOptions, EnergySource } from '../contract.js';
import { type Finding, found } from '../finding.js';
import { noCpuTime } from '../messages.js';
import type { Clock } from '../surroundings.js';
import { type ThreadPower, threadPower } from './thread-power.js';

/** CPU time times watts: always there, always an interval, and between two models no more than their CPU-time ratio. */
export function estimateFinding(options: EnergyOptions, clock: Clock): Finding {
  return found(estimateSource(threadPower(options), clock), 'CPU time');
}

function estimateSource({ watts, low, high }: ThreadPower, clock: Clock): EnergySource {
  return {
    name: 'estimate',
    kind: 'estimated',
    scope: 'process',
    resolutionMs: 1,
    start: async () => {
      const startedAt = clock.now();
      return {
        stop: async (cpuSeconds) => {
          if (!(cpuSeconds > 0)) return { refused: noCpuTime() };
          return {
            joules: cpuSeconds * watts,
            low: cpuSeconds * low,
            high: cpuSeconds * high,
            seconds: clock.now() - startedAt,
            domains: {},
          };
        },
      };
    },
  };
}
