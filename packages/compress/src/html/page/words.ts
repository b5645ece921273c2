import type { Verdict } from '@onnx-compress/runtime';
import { formatFactor, formatPercentChange } from '../../render/quantities.js';
import type { Fidelity } from '../../report/report.js';

/** How good or bad news look. */
export type Tone = 'good' | 'bad' | 'warn' | 'soft';

/** `-87.3 %, 7.9x smaller`, `+2.0 %, 1.02x larger`, `no change`. */
export function changeWords(before: number, after: number): string {
  return before === after ? 'no change' : `${formatPercentChange(before, after)}, ${formatFactor(before, after)}`;
}

/** `-87.3 %, less`, `+2.0 %, more`, `no change`: for what has no size. */
export function amountWords(before: number, after: number): string {
  if (before === after) return 'no change';
  return `${formatPercentChange(before, after)}, ${after < before ? 'less' : 'more'}`;
}

/** Smaller is good news. */
export function changeTone(before: number, after: number): Tone {
  if (before === after) return 'soft';
  return after < before ? 'good' : 'bad';
}

/** A verdict about time in words. */
export const SPEED_WORDS: Readonly<Record<Verdict, string>> = {
  better: 'faster',
  worse: 'SLOWER',
  equivalent: 'as fast, within the margin',
  inconclusive: 'inconclusive: the measurement does not decide',
};

/** What decides a comparison, in words. */
export const METRIC_WORDS: Readonly<Record<'cpu' | 'latency', string>> = { cpu: 'CPU time', latency: 'wall time' };

/** How a verdict looks. */
export const VERDICT_TONES: Readonly<Record<Verdict, Tone>> = {
  better: 'good',
  worse: 'bad',
  equivalent: 'soft',
  inconclusive: 'warn',
};

/** How a degree of fidelity looks. */
export const FIDELITY_TONES: Readonly<Record<Fidelity, Tone>> = {
  exact: 'good',
  high: 'good',
  medium: 'warn',
  low: 'bad',
};

/** The last part of a path; a model in memory has none. */
export const fileName = (path: string | null): string => path?.split(/[\\/]/).at(-1) ?? 'model in memory';
