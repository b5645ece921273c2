import type { ChannelValue, Observer } from '@onnx-compress/core';
import { present } from '@onnx-compress/graph';
import type { ScoringContext } from '../criteria/criterion.js';
import { type Samples, samplesOf } from './samples.js';

/** One number for each channel of a value, found by running the model on the samples. */
export interface ChannelStatistic {
  /** How often the samples are gone through. */
  readonly passes: number;
  /** One array per value, with one number per channel. */
  measure(values: readonly ChannelValue[], samples: Samples): Promise<readonly Float64Array[]>;
}

/** A statistic that one observer per value gathers in one pass. */
export function onePass<T extends Observer>(
  create: (value: ChannelValue) => T,
  read: (observer: T) => Float64Array,
): ChannelStatistic {
  return {
    passes: 1,
    async measure(values, samples) {
      const observers = values.map(create);
      await samples.observe(observers);
      return observers.map(read);
    },
  };
}

/** Measures every value once, however often it is asked for, all in the same runs. */
export async function measureDistinct(
  values: readonly ChannelValue[],
  { passes, measure }: ChannelStatistic,
  context: ScoringContext,
): Promise<(value: ChannelValue) => Float64Array> {
  const keyOf = ({ name, axis }: ChannelValue) => JSON.stringify([name, axis]);
  const distinct = new Map(values.map((value) => [keyOf(value), value]));
  const measured = await measure([...distinct.values()], samplesOf(context, passes));
  const byKey = new Map([...distinct.keys()].map((key, index) => [key, present(measured[index], 'statistic')]));
  return (value) => present(byKey.get(keyOf(value)), value.name);
}
