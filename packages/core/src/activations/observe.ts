import type { Model, Tensor } from '@onnx-compress/graph';
import { present } from '@onnx-compress/graph';
import type { Calibration, SampleRuns } from '../context.js';
import { Taps } from './taps.js';

/** Gathers something about a value over all samples, from small results that the model computes itself. */
export interface Observer {
  /** Adds the nodes that compute the results of one sample; returns their names. */
  tap(taps: Taps): readonly string[];
  /** Takes the results of one sample, in the order of their names. */
  add(results: readonly Tensor[]): void | Promise<void>;
}

/** Where to run a model, and on what. */
export interface Sampling {
  readonly runs: SampleRuns;
  readonly calibration: Calibration;
  readonly signal: AbortSignal;
  /** Told after each sample. */
  readonly onSample?: (() => void) | undefined;
}

/**
 * Runs a copy of the model once over all samples for all observers together. Memory does not grow with the number of
 * samples, as far as the observers keep nothing of each.
 *
 * @throws CancelledError when the signal fires
 * @example
 * const moments = new ChannelMoments({ name: 'relu_out', rank: 4, axis: 1 });
 * await observe(model, [moments], { runs, calibration, signal });
 * console.log(moments.mean, moments.variance);
 */
export async function observe(
  model: Model,
  observers: readonly Observer[],
  { runs, calibration, signal, onSample }: Sampling,
): Promise<void> {
  if (observers.length === 0) return;
  const taps = new Taps(model);
  const planned = observers.map((observer) => ({ observer, names: observer.tap(taps) }));
  const copy = taps.finish(planned.flatMap(({ names }) => names));
  const take = async (outputs: ReadonlyMap<string, Tensor>) => {
    for (const { observer, names } of planned) {
      await observer.add(names.map((name) => present(outputs.get(name), `output ${name}`)));
    }
    onSample?.();
  };
  await runs.run(copy, calibration.samples(), take, signal);
}
