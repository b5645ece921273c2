import { type DimsOf, dimsReader, type Node, type ShapeTable, type Value, type Weight } from '@onnx-compress/graph';
import type { Axis } from '../axes/axis.js';
import type { Engine, TrackedWeight } from '../axes/engine.js';
import type { Counter } from './counter.js';

/** The shape of a tensor as a function of the positions that are left: each original size with what shrinks it. */
export type KeptShape = readonly { readonly size: number; readonly counters: readonly Counter[] }[];

/** The shape at the present counts. */
export function keptDims(shape: KeptShape): readonly number[] {
  return shape.map(({ size, counters }) =>
    counters.length === 0
      ? size
      : Math.round(counters.reduce((left, counter) => (left * counter.kept) / counter.size, size)),
  );
}

/** The counters that a shape depends on. */
export const countersOf = (shape: KeptShape): readonly Counter[] => shape.flatMap(({ counters }) => counters);

/** Gives every tensor of the main graph its shape as a function of what is left. */
export class KeptShapes {
  /** One counter for each free factor that some shape has. */
  readonly factors = new Map<Int32Array, Counter>();
  readonly #dimsOf: DimsOf;
  readonly #weights = new Map<Weight, TrackedWeight[]>();

  /** @param shapes of the values, at the sizes of symbolic dimensions that costs are counted at */
  constructor(
    private readonly engine: Engine,
    shapes: ShapeTable,
  ) {
    this.#dimsOf = dimsReader(shapes);
    for (const tracked of engine.weights) {
      const { weight } = tracked;
      this.#weights.set(weight, [...(this.#weights.get(weight) ?? []), tracked]);
    }
  }

  /** The tracked weights, those that several nodes read apart together. */
  get weights(): ReadonlyMap<Weight, readonly TrackedWeight[]> {
    return this.#weights;
  }

  /** Shape of a tensor with these axes and original dimensions. */
  shape(axes: readonly Axis[], dims: readonly number[]): KeptShape {
    return dims.map((size, index) => ({ size, counters: this.#counters(axes[index] ?? []) }));
  }

  /** Shape of a value as a node reads or computes it; undefined where its dimensions are not known. */
  of(value: Value, reader: Node): KeptShape | undefined {
    const dims = this.#dimsOf(value);
    return dims && this.shape(this.#axes(value, reader) ?? [], dims);
  }

  #axes(value: Value, reader: Node): readonly Axis[] | undefined {
    if (value.weight === undefined) return this.engine.axesOf(value);
    const tracked = this.#weights.get(value.weight) ?? [];
    return (tracked.find((own) => own.reader?.node === reader) ?? tracked.find((own) => own.reader === undefined))
      ?.axes;
  }

  #counters(axis: Axis): readonly Counter[] {
    return axis.flatMap(({ atoms, size }) => {
      if (atoms === undefined) return [];
      const counter = this.factors.get(atoms) ?? { size, kept: size };
      this.factors.set(atoms, counter);
      return counter;
    });
  }
}
