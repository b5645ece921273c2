import {
  type Calibration,
  ChannelMoments,
  type ChannelValue,
  type Context,
  type Matrix,
  observe,
  pickSamples,
} from '@onnx-compress/core';
import { type Model, present } from '@onnx-compress/graph';
import { collectRows } from '../rows/collect-rows.js';
import type { ChannelMean } from './rescaling.js';
import { type SplitCalibration, splitCalibration } from './split-calibration.js';

/** What moments are measured with. */
export interface MomentContext extends Pick<Context, 'runs' | 'signal' | 'shapes' | 'dims' | 'random' | 'progress'> {
  readonly calibration: Calibration;
}

/** Positions of each item at which the outputs of both models are compared. */
const POSITIONS = 32;

/** What is known of one value in one model. */
export interface Measured {
  readonly moments: ChannelMean;
  /** Channels at sampled positions of the samples that are held out. */
  readonly rows: Matrix;
}

/** Measures values, all of one call in one pass over the samples; reports progress over all passes. */
export class Passes {
  readonly #split: SplitCalibration;
  readonly #total: number;
  #done = 0;

  /** @param passes how often `measure` will be called */
  constructor(
    private readonly context: MomentContext,
    passes: number,
  ) {
    this.#split = splitCalibration(context.calibration);
    this.#total = passes * (this.#split.fit.count + this.#split.heldOut.count);
  }

  /** How many samples the moments come from. */
  get samples(): number {
    return this.#split.fit.count;
  }

  /** All samples, those that the moments come from first. */
  get calibration(): Calibration {
    const { fit, heldOut } = this.#split;
    return {
      count: fit.count + heldOut.count,
      async *samples() {
        yield* fit.samples();
        yield* heldOut.samples();
      },
    };
  }

  /** @param calibration what the model is fed with, sample for sample as in `calibration` */
  async measure(
    model: Model,
    values: readonly ChannelValue[],
    calibration = this.calibration,
  ): Promise<readonly Measured[]> {
    const { runs, signal, random, progress } = this.context;
    const onSample = () => progress(++this.#done, this.#total, 'samples');
    const sampling = { runs, signal, random, onSample };
    const observers = values.map((value) => new ChannelMoments(value));
    await observe(model, observers, {
      ...sampling,
      calibration: pickSamples(calibration, (index) => index < this.samples),
    });
    const wanted = values.map(({ name, axis, rank }) => {
      return { kind: 'channels', value: name, axis, rank, positions: POSITIONS } as const;
    });
    const heldOut = pickSamples(calibration, (index) => index >= this.samples);
    const rows = await collectRows(model, wanted, { ...sampling, calibration: heldOut });
    return observers.map((moments, index) => ({ moments, rows: present(rows[index], 'rows') }));
  }
}
