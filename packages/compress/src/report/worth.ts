import type { Verdict } from '@onnx-compress/runtime';
import type { LatencyRecord, ModelSize, StepRecord } from './report.js';
import { causesOf } from './worth-causes.js';

/** What makes a quantized result slower or larger, and what to try instead. */
export interface WorthCause {
  readonly cause: string;
  readonly alternative: string;
}

/** Whether a quantized result is worth having: never worse than the original without saying so. */
export interface WorthRecord {
  /** `undecided` where the measurement does not tell, `unknown` where there was none. */
  readonly speed: 'faster' | 'same' | 'slower' | 'undecided' | 'unknown';
  readonly size: 'smaller' | 'same' | 'larger';
  /** Why there was no measurement. */
  readonly untimed?: string;
  /** Empty where the result is neither slower nor larger. */
  readonly causes: readonly WorthCause[];
}

/** What is known about a result. */
export interface WorthFacts {
  readonly steps: readonly StepRecord[];
  readonly before: Pick<ModelSize, 'fileBytes'>;
  readonly after: Pick<ModelSize, 'fileBytes'>;
  readonly latency: LatencyRecord | undefined;
  readonly untimed: string | undefined;
  /** Whether there were samples to take ranges from. */
  readonly calibrated: boolean;
}

const SPEEDS: Readonly<Record<Verdict, WorthRecord['speed']>> = {
  better: 'faster',
  worse: 'slower',
  equivalent: 'same',
  inconclusive: 'undecided',
};

function sizeOf({ before, after }: WorthFacts): WorthRecord['size'] {
  if (after.fileBytes === before.fileBytes) return 'same';
  return after.fileBytes < before.fileBytes ? 'smaller' : 'larger';
}

/** Judges a result; undefined where nothing was quantized. Pure. */
export function worthOf(facts: WorthFacts): WorthRecord | undefined {
  const { steps, latency, untimed } = facts;
  if (!steps.some(({ family, changed }) => family === 'quant' && changed.length > 0)) return undefined;
  const speed = latency === undefined ? 'unknown' : SPEEDS[latency.verdict];
  const size = sizeOf(facts);
  const causes = causesOf(facts, { slower: speed === 'slower', larger: size === 'larger' });
  return { speed, size, ...(latency === undefined && untimed !== undefined && { untimed }), causes };
}
