import type { Observer, Taps } from '@onnx-compress/core';
import { present, readFloats, readIndices, type Tensor } from '@onnx-compress/graph';
import { activationNotFinite } from '../../messages.js';
import type { ItemCounter } from './item-counter.js';
import type { ItemExtremes } from './item-extremes.js';

/** A value of the main graph that holds floats. */
export interface FloatValue {
  readonly name: string;
  /** Undefined where it is not known; then at least 1. */
  readonly rank: number | undefined;
}

/** How large a value was on the samples. */
export interface ValueSize {
  /** Elements in the largest sample. */
  readonly elements: number;
  /** Elements of the largest item where each row of the first axis is one; else undefined. */
  readonly perItem: number | undefined;
}

/**
 * Extremes of a value in each item, zero included. Rows of the first axis belong to the items in order; a value whose
 * rows cannot be divided among them belongs to the first item of its sample.
 */
export class ValueExtremes implements Observer {
  #elements = 0;
  #perItem: number | undefined = 0;

  constructor(
    readonly value: FloatValue,
    private readonly counter: ItemCounter,
    private readonly extremes: ItemExtremes,
  ) {}

  get size(): ValueSize {
    return { elements: this.#elements, perItem: this.#perItem };
  }

  tap(taps: Taps): readonly string[] {
    const floats = taps.float(this.value.name);
    const rows =
      this.value.rank === 0 ? taps.reshape(floats, [1, 1]) : taps.op('Flatten', [floats], { axis: { int: 1 } });
    const reductions = ['ReduceMin', 'ReduceMax', 'ReduceSum'] as const;
    return [taps.op('Size', [floats]), ...reductions.map((opType) => taps.reduce(opType, rows, [1]))];
  }

  /** @throws StepError naming the value where it holds NaN or infinities */
  async add([size, ...reduced]: readonly Tensor[]): Promise<void> {
    const [lows, highs, sums] = await Promise.all(reduced.map((tensor) => readFloats(tensor)));
    const [elements = 0] = await readIndices(present(size, 'size'));
    this.#takeSize(elements, present(lows, 'minima').length);
    this.#takeRows(present(lows, 'minima'), present(highs, 'maxima'), present(sums, 'sums'));
  }

  #takeSize(elements: number, rows: number): void {
    this.#elements = Math.max(this.#elements, elements);
    const isRow = this.#perItem !== undefined && this.value.rank !== 0 && rows === this.counter.items;
    this.#perItem = isRow ? Math.max(this.#perItem ?? 0, elements / rows) : undefined;
  }

  #takeRows(lows: Float32Array, highs: Float32Array, sums: Float32Array): void {
    const { items, first } = this.counter;
    const rowsPerItem = lows.length % items === 0 ? lows.length / items : lows.length;
    for (const [row, low] of lows.entries()) {
      const high = highs[row] ?? 0;
      // Maxima may pass over NaN, sums never do; sums of large finite numbers may be infinite.
      const isSound = Number.isFinite(low) && Number.isFinite(high) && !Number.isNaN(sums[row]);
      if (!isSound) throw activationNotFinite(this.value.name);
      this.extremes.widen(first + Math.floor(row / rowsPerItem), { low, high });
    }
  }
}
