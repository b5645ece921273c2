import { counterUnseenWraps, counterWentBack } from '../messages.js';
import type { Counter } from './tree.js';

/** More than any processor package draws, in watts. */
const MOST_WATTS = 1000;

/** Milliseconds between two looks at a slowly wrapping counter. */
const LONGEST_POLL_MS = 250;

const SHORTEST_POLL_MS = 10;

/** Milliseconds between two looks, four of them in the shortest time in which any of the counters can wrap. */
export function pollMs(counters: readonly Counter[]): number {
  const ranges = counters.map(({ range }) => range ?? Number.POSITIVE_INFINITY);
  const quarterWrapMs = (Math.min(...ranges) / MOST_WATTS) * 250;
  return Math.max(SHORTEST_POLL_MS, Math.min(LONGEST_POLL_MS, quarterWrapMs));
}

/** What one counter did between the first look at it and the last. */
export class CounterTrace {
  #joules = 0;
  #changes = 0;
  #largestStep = 0;
  #problem: string | undefined;
  #last: number;
  #seconds: number;

  /**
   * @param joules value at the first look
   * @param seconds time of the first look
   */
  constructor(
    readonly counter: Counter,
    joules: number,
    seconds: number,
  ) {
    this.#last = joules;
    this.#seconds = seconds;
  }

  /** Joules since the first look, over all wraps. */
  get joules(): number {
    return this.#joules;
  }

  /** Looks at which the value was another than at the look before. */
  get changes(): number {
    return this.#changes;
  }

  /** Largest difference between two looks, in joules. */
  get largestStep(): number {
    return this.#largestStep;
  }

  /** Why the sum cannot be known; undefined where it can. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Adds a look. */
  look(joules: number, seconds: number): void {
    const step = this.#stepTo(joules, seconds - this.#seconds);
    this.#last = joules;
    this.#seconds = seconds;
    if (step > 0) this.#changes += 1;
    this.#largestStep = Math.max(this.#largestStep, step);
    this.#joules += step;
  }

  #stepTo(joules: number, elapsed: number): number {
    const { range } = this.counter;
    if (range !== undefined && elapsed * MOST_WATTS >= range)
      this.#problem ??= counterUnseenWraps(this.counter, elapsed);
    if (joules >= this.#last) return joules - this.#last;
    if (range === undefined || range < this.#last) {
      this.#problem ??= counterWentBack(this.counter);
      return 0;
    }
    return range - this.#last + joules;
  }
}
