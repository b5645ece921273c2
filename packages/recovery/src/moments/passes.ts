import {
  type Calibration,
  ChannelMoments,
  type ChannelValue,
  type Context,
  type Matrix,
  observe,
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

  async measure(model: Model, values: readonly ChannelValue[]): Promise<readonly Measured[]> {
    const { runs, signal, random, progress } = this.context;
    const onSample = () => progress(++this.#done, this.#total, 'samples');
    const sampling = { runs, signal, random, onSample };
    const observers = values.map((value) => new ChannelMoments(value));
    await observe(model, observers, { ...sampling, calibration: this.#split.fit });
    const wanted = values.map(({ name, axis, rank }) => {
      return { kind: 'channels', value: name, axis, rank, positions: POSITIONS } as const;
    });
    const rows = await collectRows(model, wanted, { ...sampling, calibration: this.#split.heldOut });
    return observers.map((moments, index) => ({ moments, rows: present(rows[index], 'rows') }));
  }
}
