import type { Counter } from './counter.js';

/** What can be limited: multiply-accumulates, elements of all constants, bytes of the file, predicted milliseconds. */
export type CostName = 'macs' | 'parameters' | 'bytes' | 'latency';

/** A part of a cost that changes with the counts of some axes. */
export interface Term {
  readonly counters: readonly Counter[];
  /** Its amount at the present counts. */
  amount(): number;
}

/** A cost of the whole model: what it is in the original, and the terms in which it can change. */
export interface CostFunction {
  readonly total: number;
  readonly terms: readonly Term[];
}
