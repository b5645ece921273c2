import type { Calibration, Context } from '@onnx-compress/core';
import type { Model } from '@onnx-compress/graph';
import type { Range } from './activations/activation-scale.js';
import { observeRanges } from './observers/observe-ranges.js';
import type { RangeMethod } from './observers/range-method.js';
import type { ScaleClass } from './placement/static-plan.js';

const keyOf = ({ values, mayClip }: ScaleClass) => JSON.stringify([mayClip, ...values.map(({ name }) => name)]);

/** Ranges of activations, each observed once however many variants of a model ask for it. */
export class KnownRanges {
  readonly #known = new Map<string, Range>();

  constructor(private readonly method: RangeMethod) {}

  /**
   * The range of each class.
   *
   * @throws CancelledError when the signal fires
   */
  async of(
    model: Model,
    classes: readonly ScaleClass[],
    context: Context & { readonly calibration: Calibration },
  ): Promise<readonly (Range | undefined)[]> {
    const unknown = classes.filter((one) => !this.#known.has(keyOf(one)));
    const wanted = unknown.map(({ values, mayClip }) => ({ values: values.map(({ name }) => name), mayClip }));
    const found = wanted.length === 0 ? [] : await observeRanges(model, wanted, this.method, context);
    for (const [index, range] of found.entries()) {
      const one = unknown[index];
      if (one !== undefined) this.#known.set(keyOf(one), range);
    }
    return classes.map((one) => this.#known.get(keyOf(one)));
  }
}
