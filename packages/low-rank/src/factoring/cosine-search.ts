import { type Calibration, type Context, throwIfAborted } from '@onnx-compress/core';
import { OutputReference } from '@onnx-compress/recovery';
import type { Choices } from '../ranks/ladder.js';
import { atThreshold, thresholdsOf } from '../ranks/threshold.js';
import { type Factoring, factorLayers, type TargetsIn } from './factor-layers.js';

/** How ranks are searched for. */
export interface CosineSearch {
  readonly factoring: Factoring;
  readonly minCosine: number;
  readonly calibration: Calibration;
  readonly targetsIn: TargetsIn;
}

/**
 * The choices with the fewest multiply-accumulates whose outputs keep a cosine on the samples, before any repair: one
 * threshold for all layers, found by bisection. All layers stay dense where none is close enough.
 *
 * @throws CancelledError when the signal fires
 */
export async function searchByCosine(search: CosineSearch, context: Context): Promise<Choices> {
  const { factoring, minCosine, calibration, targetsIn } = search;
  const { original, ladders } = factoring;
  const reference = await OutputReference.of(original, calibration, context);
  const quiet = { ...context, progress: () => {} };
  const isNear = async (choices: Choices) => {
    throwIfAborted(context.signal);
    const copy = original.clone();
    await factorLayers(factoring, choices, targetsIn(copy), quiet);
    return (await reference.compare(copy, context)).cosine >= minCosine;
  };
  const thresholds = thresholdsOf(ladders, 'macs');
  let [near, far] = [-1, thresholds.length];
  let best: Choices = ladders.map(() => undefined);
  const trials = Math.ceil(Math.log2(far + 1));
  for (let trial = 0; far - near > 1; trial++) {
    context.progress(trial, trials, 'cosine');
    const middle = Math.floor((near + far) / 2);
    const choices = atThreshold(ladders, 'macs', thresholds[middle] ?? -1);
    if (await isNear(choices)) [near, best] = [middle, choices];
    else far = middle;
  }
  return best;
}
