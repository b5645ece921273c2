import type { EnergyMeter, EnergyResult } from '../contract.js';
import { counterUnreadable } from '../messages.js';
import type { Clock } from '../surroundings.js';
import { readJoules, readJoulesPatiently } from './counter-file.js';
import { CounterTrace, pollMs } from './counter-trace.js';
import { judgeTraces, type Pace } from './reading.js';
import type { Counter, Tree } from './tree.js';

/** Starts to follow the counters of a tree. */
export async function startRaplMeter(tree: Tree, pace: Pace, clock: Clock): Promise<EnergyMeter> {
  const startedAt = clock.now();
  try {
    const packages = await firstLook(tree.packages, clock);
    const parts = await firstLook(tree.parts, clock);
    const finish = follow([...packages, ...parts], clock);
    const stop = async (): Promise<EnergyResult> => {
      const seconds = clock.now() - startedAt;
      const failure = await finish();
      return failure === undefined ? judgeTraces(packages, parts, seconds, pace) : { refused: failure };
    };
    return { stop };
  } catch (cause) {
    const refused = counterUnreadable(cause);
    return { stop: async () => ({ refused }) };
  }
}

async function firstLook(counters: readonly Counter[], clock: Clock): Promise<readonly CounterTrace[]> {
  const traces: CounterTrace[] = [];
  for (const counter of counters) {
    traces.push(new CounterTrace(counter, await readJoulesPatiently(counter, clock), clock.now()));
  }
  return traces;
}

/**
 * Looks at the counters again and again, lest one wraps unseen. A look that fails on the way changes nothing: the next
 * one sees the sum of both.
 *
 * @returns looks for the last time; its result is why that failed, undefined where it did not
 */
function follow(traces: readonly CounterTrace[], clock: Clock): () => Promise<string | undefined> {
  let looking = Promise.resolve();
  const look = async () => {
    for (const trace of traces) trace.look(await readJoules(trace.counter), clock.now());
  };
  const rest = clock.every(pollMs(traces.map(({ counter }) => counter)), () => {
    looking = looking.then(look).catch(() => undefined);
    return looking;
  });
  return async () => {
    rest();
    await looking;
    try {
      for (const trace of traces) trace.look(await readJoulesPatiently(trace.counter, clock), clock.now());
      return undefined;
    } catch (cause) {
      return counterUnreadable(cause);
    }
  };
}
