import { type Calibration, type Context, observe } from '@onnx-compress/core';
import type { Model } from '@onnx-compress/graph';
import { sharedRange } from '../activations/activation-scale.js';
import { ItemCounter } from './extremes/item-counter.js';
import { ValueExtremes, type ValueSize } from './extremes/value-extremes.js';
import { BIN_BYTES, BinnedValue } from './histogram/binned-value.js';
import { inChunks } from './histogram/chunks.js';
import { BINS, binGrid, type Histogram } from './histogram/histogram.js';
import { strideFor } from './histogram/stride.js';
import type { Subject } from './subject.js';

/** What observing needs. */
export type ObservationContext = Pick<Context, 'runs' | 'shapes' | 'dims' | 'signal' | 'progress'> & {
  readonly calibration: Calibration;
};

function sampling({ runs, calibration, signal, progress }: ObservationContext, before = 0, passes = 1) {
  let done = before * calibration.count;
  return { runs, signal, onSample: () => progress(++done, passes * calibration.count), calibration };
}

/**
 * First pass over the samples: extremes of each class in each item.
 *
 * @returns how large each value is, by name
 * @throws StepError naming a value that holds NaN or infinities
 */
export async function observeExtremes(
  model: Model,
  subjects: readonly Subject[],
  context: ObservationContext,
): Promise<ReadonlyMap<string, ValueSize>> {
  const counter = new ItemCounter();
  const observers = subjects.flatMap(({ sources, extremes }) =>
    sources.map((source) => new ValueExtremes(source, counter, extremes)),
  );
  await observe(model, observers, { ...sampling(context), calibration: counter.count(context.calibration) });
  return new Map(observers.map(({ value, size }) => [value.name, size]));
}

interface Counting {
  readonly histogram: Histogram;
  readonly values: readonly BinnedValue[];
}

type Sizes = ReadonlyMap<string, ValueSize>;

function countingOf({ sources, extremes }: Subject, sizes: Sizes): Counting | undefined {
  const grid = binGrid(sharedRange(extremes.items));
  if (grid === undefined) return undefined;
  const counts = new Float64Array(BINS);
  const values = sources.map(({ name }) => {
    const perItem = sizes.get(name)?.perItem;
    return new BinnedValue(name, perItem === undefined ? 1 : strideFor(perItem), grid, counts);
  });
  return { histogram: { ...grid, counts }, values };
}

/**
 * Second pass over the samples: how the values of each class are distributed. Values whose bins would together take too
 * much memory are counted in several runs.
 *
 * @param sizes see `observeExtremes`
 * @returns no histogram for a class that holds nothing but zeros
 */
export async function observeHistograms(
  model: Model,
  subjects: readonly Subject[],
  sizes: Sizes,
  context: ObservationContext,
): Promise<ReadonlyMap<Subject, Histogram>> {
  const countings = new Map<Subject, Counting>();
  for (const subject of subjects) {
    const counting = countingOf(subject, sizes);
    if (counting !== undefined) countings.set(subject, counting);
  }
  const values = [...countings.values()].flatMap((counting) => counting.values);
  const chunks = inChunks(values, ({ name, stride }) => ((sizes.get(name)?.elements ?? 0) / stride) * BIN_BYTES);
  for (const [index, chunk] of chunks.entries()) {
    await observe(model, chunk, sampling(context, index, chunks.length));
  }
  return new Map([...countings].map(([subject, { histogram }]) => [subject, histogram]));
}
