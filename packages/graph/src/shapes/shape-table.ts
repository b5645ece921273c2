import type { Value } from '../model/value.js';
import type { Dim, ValueType } from '../model/value-type.js';

/** Types and shapes of a model's values, as far as they could be found out. */
export class ShapeTable {
  readonly #types = new Map<Value, ValueType>();

  constructor(
    /** The sizes that were put in for symbolic dimensions. */
    readonly assumed: ReadonlyMap<string, Dim> = new Map(),
  ) {}

  /** What is known of a value; constants are always known. */
  get(value: Value): ValueType | undefined {
    return this.#types.get(value) ?? value.weight?.tensor;
  }

  set(value: Value, type: ValueType): void {
    this.#types.set(value, type);
  }
}
