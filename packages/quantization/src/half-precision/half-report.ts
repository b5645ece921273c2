import type { Change, Context, Figure, JsonValue, Skip, StepResult } from '@onnx-compress/core';
import type { Node, Scratch } from '@onnx-compress/graph';
import { type RoundedWeight, roundingFigures } from '../figures/weight-error.js';
import type { SizeEstimate } from '../placement/size-estimate.js';
import type { FloatWeight } from './float-weights.js';
import type { HalfFormat } from './half-format.js';

/** How a weight of two bytes is used: turned back when the model is loaded, or computed with. */
export type HalfForm = 'weight-only' | 'float16';

/** Collects what a scheme of two bytes does to each layer. */
export class HalfReport {
  readonly #changed: Change[] = [];
  readonly #skipped: Skip[] = [];
  readonly #rounded: RoundedWeight[] = [];
  readonly #stored = new Set<string>();
  #notWorthIt: Skip[] = [];

  constructor(private readonly format: HalfFormat) {}

  get changes(): number {
    return this.#changed.length;
  }

  /** The bytes of a shared weight are counted with its first reader. */
  stored({ weight, tensor, readers }: FloatWeight, form: HalfForm, size: SizeEstimate): void {
    const { scheme, rounded } = this.format;
    for (const [index, { label }] of readers.entries()) {
      const { bytesBefore, bytesAfter } = index === 0 ? size : { bytesBefore: 0, bytesAfter: 0 };
      this.#changed.push({ node: label, tensor: weight.name, scheme, form, bytesBefore, bytesAfter });
      this.#stored.add(label);
    }
    this.#rounded.push({ label: readers[0].label, tensor, rounded });
  }

  left(readers: readonly Node[], reason: string): void {
    this.skip(readers.map(({ label }) => ({ node: label, reason })));
  }

  /** A weight that is too small to matter is told only of nodes that have no larger one. */
  tooSmall(readers: readonly Node[], reason: string): void {
    this.#notWorthIt.push(...readers.map(({ label }) => ({ node: label, reason })));
  }

  skip(skips: readonly Skip[]): void {
    this.#skipped.push(...skips);
  }

  async result(context: Context, scratch: Scratch, more: Readonly<Record<string, JsonValue>>): Promise<StepResult> {
    const skipped = [...this.#skipped, ...this.#smallOnes()];
    return {
      changed: this.#changed,
      skipped,
      metrics: { layers: this.#stored.size + skipped.length, stored: this.#rounded.length, ...more },
      ...(context.drawsFigures && { figures: await this.#figures(context, scratch) }),
    };
  }

  #figures({ signal }: Context, scratch: Scratch): Promise<readonly Figure[]> {
    return roundingFigures(this.#rounded, scratch, signal);
  }

  #smallOnes(): readonly Skip[] {
    const told = new Set([...this.#stored, ...this.#skipped.map(({ node }) => node)]);
    return this.#notWorthIt.filter(({ node }) => {
      const isNew = !told.has(node);
      told.add(node);
      return isNew;
    });
  }
}
