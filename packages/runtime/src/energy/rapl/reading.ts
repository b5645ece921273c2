import type { EnergyResult } from '../contract.js';
import { counterStandsStill, hostFedTooRarely, windowTooShort } from '../messages.js';
import type { CounterTrace } from './counter-trace.js';

/** How fast the counters of a tree are. */
export interface Pace {
  /** True where a host writes them every few seconds; false where the processor does, every millisecond. */
  readonly fedByHost: boolean;
  /** Least time that they tell anything about. */
  readonly resolutionMs: number;
}

/** One unit of the coarsest common counter, in joules (Intel SDM volume 4, MSR_RAPL_POWER_UNIT, default 2^-14 J). */
const COUNTER_UNIT = 2 ** -14;

/** Counters are updated about every millisecond and do not say when: one such time is unknown at each end. */
const UNKNOWN_SECONDS = 0.002;

/** Judges what the counters did: their sum with its bounds, or the reason why there is none. */
export function judgeTraces(
  packages: readonly CounterTrace[],
  parts: readonly CounterTrace[],
  seconds: number,
  pace: Pace,
): EnergyResult {
  if (seconds * 1000 < pace.resolutionMs) return { refused: windowTooShort(seconds, pace.resolutionMs) };
  for (const trace of packages) {
    const problem = trace.problem ?? tooFewChanges(trace, pace);
    if (problem !== undefined) return { refused: problem };
  }
  const joules = sum(packages);
  const steps = packages.reduce((total, trace) => total + stepOf(trace, pace), 0);
  const error = 2 * steps + UNKNOWN_SECONDS * (joules / seconds);
  return {
    joules,
    low: Math.max(0, joules - error),
    high: joules + error,
    seconds,
    domains: { ...Object.fromEntries(packages.map((trace) => [trace.counter.name, trace.joules])), ...sumParts(parts) },
  };
}

function tooFewChanges({ changes, counter }: CounterTrace, { fedByHost }: Pace): string | undefined {
  if (changes === 0) return counterStandsStill(counter);
  return fedByHost && changes < 2 ? hostFedTooRarely(counter) : undefined;
}

const stepOf = ({ largestStep }: CounterTrace, { fedByHost }: Pace) => (fedByHost ? largestStep : COUNTER_UNIT);

const sum = (traces: readonly CounterTrace[]) => traces.reduce((total, { joules }) => total + joules, 0);

/** Parts of one name over all packages; a name of which one counter cannot be trusted is left out. */
function sumParts(parts: readonly CounterTrace[]): Record<string, number> {
  const names = new Set(parts.map(({ counter }) => counter.name));
  const sums: Record<string, number> = {};
  for (const name of names) {
    const same = parts.filter(({ counter }) => counter.name === name);
    if (same.every(({ problem, changes }) => problem === undefined && changes > 0)) sums[name] = sum(same);
  }
  return sums;
}
