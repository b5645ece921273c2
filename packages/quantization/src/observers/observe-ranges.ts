import { dividedProgress, yieldToEventLoop } from '@onnx-compress/core';
import type { Model } from '@onnx-compress/graph';
import { type Range, sharedRange } from '../activations/activation-scale.js';
import { noSamplesToObserve } from '../messages.js';
import type { Histogram } from './histogram/histogram.js';
import { autoRange } from './methods/auto.js';
import { emaRange } from './methods/ema.js';
import { entropyRange } from './methods/entropy.js';
import { mseRange } from './methods/mse.js';
import { percentileRange } from './methods/percentile.js';
import type { ObservedClass } from './observed-class.js';
import { type ObservationContext, observeExtremes, observeHistograms } from './passes.js';
import type { RangeMethod } from './range-method.js';
import { type Subject, subjectsOf } from './subject.js';

/** What a moving average keeps of the past at each item. */
const MOMENTUM = 0.9;

const readsHistograms = ({ kind }: RangeMethod) => kind !== 'minmax' && kind !== 'ema';

/** Chooses the range of a class from what was observed of it; without a histogram, all of it. */
function chooseRange({ mayClip, extremes }: Subject, histogram: Histogram | undefined, method: RangeMethod): Range {
  const { items } = extremes;
  const seen = sharedRange(items);
  if (!mayClip || method.kind === 'minmax') return seen;
  if (method.kind === 'ema') return emaRange(items, method.momentum ?? MOMENTUM);
  if (histogram === undefined) return seen;
  switch (method.kind) {
    case 'percentile':
      return percentileRange(histogram, seen, method.percentile);
    case 'entropy':
      return entropyRange(histogram, seen);
    case 'mse':
      return mseRange(histogram, seen);
    case 'auto':
      return autoRange(histogram, items);
  }
}

/**
 * Observes what activations reach on samples: one range for each class, in their order, always with zero in it. Values
 * of a class are taken together; zeros only give the range from 0 to 0.
 *
 * The samples are gone through once for the extremes and, where the method looks at distributions, once more (or several
 * times, where the model is so large that the values do not fit into memory together). Memory does not grow with the
 * number of samples, and the result does not depend on how items are grouped into samples: rows of the first axis belong
 * to the items in turn.
 *
 * @throws StepError `ACTIVATION_NOT_OBSERVABLE` for a value that does not exist or holds no floats,
 * `ACTIVATION_NOT_FINITE` for one with NaN or infinities, `SAMPLES_MISSING` without samples
 * @throws CancelledError when the signal fires
 * @example
 * const [range] = await observeRanges(model, [{ values: ['relu_out'], mayClip: true }], { kind: 'mse' }, context);
 */
export async function observeRanges(
  model: Model,
  classes: readonly ObservedClass[],
  method: RangeMethod,
  context: ObservationContext,
): Promise<readonly Range[]> {
  const subjects = await subjectsOf(model, classes, context);
  const phase = dividedProgress(context, { extremes: 1, distributions: readsHistograms(method) ? 1 : 0 });
  const sizes = await observeExtremes(model, subjects, phase('extremes'));
  if (subjects.some(({ extremes }) => extremes.items.length === 0)) throw noSamplesToObserve();
  const clippable = readsHistograms(method) ? subjects.filter(({ mayClip }) => mayClip) : [];
  const histograms = await observeHistograms(model, clippable, sizes, phase('distributions'));
  const ranges: Range[] = [];
  for (const subject of subjects) {
    ranges.push(chooseRange(subject, histograms.get(subject), method));
    await yieldToEventLoop(context.signal);
  }
  return ranges;
}
