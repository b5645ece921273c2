import type { EnergyOptions } from '../contract.js';
import { processorHalfKnown, processorNotPositive } from '../messages.js';

/** Watts of one busy hardware thread. */
export interface ThreadPower {
  readonly watts: number;
  readonly low: number;
  readonly high: number;
}

/**
 * An unknown processor: CodeCarbon's constant of 4 W for a thread, and the range that its table of processors spans for
 * one family of servers, from 360 W for 256 threads to 320 W for 16 cores.
 */
const UNKNOWN: ThreadPower = { watts: 4, low: 1.4, high: 20 };

/**
 * Power of one busy thread. A processor that the user names by its watts shares them equally among its threads; half of
 * that share is the lower bound, for code that does not use the wide units, and twice the share the upper one, for a
 * thread that has a core and its turbo clock to itself.
 *
 * @throws UsageError where only one of the two is given, or one is not positive
 */
export function threadPower({ processorWatts, processorThreads }: EnergyOptions): ThreadPower {
  if (processorWatts === undefined && processorThreads === undefined) return UNKNOWN;
  if (processorWatts === undefined || processorThreads === undefined) throw processorHalfKnown();
  if (!isPositive(processorWatts) || !isPositive(processorThreads)) throw processorNotPositive();
  const share = processorWatts / processorThreads;
  return { watts: share, low: share / 2, high: share * 2 };
}

const isPositive = (value: number) => Number.isFinite(value) && value > 0;
