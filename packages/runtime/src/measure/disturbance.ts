import type { HostUsage } from '../host/timing-contract.js';
import type { Disturbance } from './contract.js';

/** Parts of the time from which on absolute times cannot be trusted. */
const MOST_WAIT = 0.1;
const MOST_STEAL = 0.02;

/** Readings at the start and end of a time in which something was measured. */
export interface UsageSpan {
  readonly start: HostUsage;
  readonly end: HostUsage;
}

/** How much the machine did besides, over all spans together. */
export function disturbanceOf(spans: readonly UsageSpan[]): Disturbance {
  const wait = share(spans, 'waitMs', 'wallMs');
  const steal = share(spans, 'stolenTicks', 'totalTicks');
  return { steal, wait, disturbed: (wait ?? 0) > MOST_WAIT || (steal ?? 0) > MOST_STEAL };
}

type Counter = 'waitMs' | 'wallMs' | 'stolenTicks' | 'totalTicks';

function share(spans: readonly UsageSpan[], part: Counter, whole: Counter): number | null {
  const total = growth(spans, whole);
  const some = growth(spans, part);
  return some === null || total === null || total <= 0 ? null : some / total;
}

function growth(spans: readonly UsageSpan[], counter: Counter): number | null {
  let sum = 0;
  for (const { start, end } of spans) {
    const from = start[counter];
    const to = end[counter];
    if (from === null || to === null) return null;
    sum += to - from;
  }
  return sum;
}
