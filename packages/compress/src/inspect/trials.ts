import { CancelledError, type Change, CompressError, type Skip, type Step } from '@onnx-compress/core';
import type { Model } from '@onnx-compress/graph';
import { applyStep } from '../apply-step.js';
import { prune, quantize } from '../steps.js';

/** What a technique would find in a model: tried on a copy, not estimated. */
export interface Trial {
  /** As typed: `prune l1:0.5`. */
  readonly step: string;
  readonly changed: readonly Change[];
  readonly skipped: readonly Skip[];
  /** Why it cannot run at all. */
  readonly error?: string;
}

const TRIALS: readonly { readonly title: string; readonly step: () => Step }[] = [
  { title: 'prune l1:0.5', step: () => prune('l1', { ratio: 0.5 }) },
  { title: 'quant int8-per-channel', step: () => quantize('int8-per-channel') },
];

async function tryStep(model: Model, title: string, step: Step, signal: AbortSignal): Promise<Trial> {
  try {
    const { changed, skipped } = (await applyStep(model, step, { signal })).result;
    return { step: title, changed, skipped };
  } catch (error) {
    if (error instanceof CancelledError || !(error instanceof CompressError)) throw error;
    return { step: title, changed: [], skipped: [], error: error.message };
  }
}

/** Tries one technique of each family on a copy of the model, to say what could be compressed and why the rest not. */
export async function tryTechniques(model: Model, signal: AbortSignal): Promise<readonly Trial[]> {
  const trials: Trial[] = [];
  for (const { title, step } of TRIALS) trials.push(await tryStep(model, title, step(), signal));
  return trials;
}
