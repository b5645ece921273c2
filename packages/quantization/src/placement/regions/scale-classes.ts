import { present, type Value } from '@onnx-compress/graph';
import type { TargetTable } from '../targets/target-table.js';
import { activationKey } from './foldable-nodes.js';
import { readersOf, type Unit, type Units } from './unit.js';

/**
 * Divides quantized values into those that share a scale: both sides of an operator that only moves numbers, and what a
 * Concat joins. An activation function that a range replaces sets its limits to the whole class, so Concat does not
 * tie values with different limits together, nor a value that others read too; those keep scales of their own.
 */
export function scaleClasses(
  values: ReadonlySet<Value>,
  integers: ReadonlySet<Unit>,
  units: Units,
  table: TargetTable,
): readonly (readonly Value[])[] {
  const classes = new Classes(values);
  for (const unit of units.all) {
    if (!integers.has(unit) || unit.layer !== undefined) continue;
    const scales = table.operators[unit.node.opType]?.scales;
    if (scales === 'same') classes.join([...unit.inputs, ...unit.outputs]);
    if (scales === 'joined') classes.joinAlike(unit, units);
  }
  return classes.all();
}

/** Disjoint sets of values, each with what its range must keep within. */
class Classes {
  readonly #parents = new Map<Value, Value>();
  readonly #limits = new Map<Value, string>();

  constructor(values: ReadonlySet<Value>) {
    for (const value of values) {
      this.#parents.set(value, value);
      const key = value.producer && activationKey(value.producer);
      if (key !== undefined) this.#limits.set(value, key);
    }
  }

  all(): readonly (readonly Value[])[] {
    const byRoot = new Map<Value, Value[]>();
    for (const value of this.#parents.keys()) {
      const root = this.#root(value);
      byRoot.set(root, [...(byRoot.get(root) ?? []), value]);
    }
    return [...byRoot.values()];
  }

  /** Puts values, as far as they are quantized, into one class. */
  join(values: readonly Value[]): void {
    const [first, ...others] = values.filter((value) => this.#parents.has(value));
    if (first === undefined) return;
    const root = this.#root(first);
    for (const other of others) this.#parents.set(this.#root(other), root);
  }

  /** Joins inputs and output of a Concat where one scale suits all that only it reads. */
  joinAlike(unit: Unit, units: Units): void {
    const own = unit.inputs.filter((value) => readersOf(value, units).length === 1);
    const limits = new Set(unit.inputs.map((value) => this.#limitOf(value)));
    if (unit.folded.length > 0 || limits.size > 1 || own.length === 0) return;
    this.join([...unit.outputs, ...own]);
    const [limit] = limits;
    if (limit !== undefined) for (const value of unit.outputs) this.#limits.set(this.#root(value), limit);
  }

  #limitOf(value: Value): string | undefined {
    return this.#parents.has(value) ? this.#limits.get(this.#root(value)) : undefined;
  }

  #root(value: Value): Value {
    const parent = present(this.#parents.get(value), `class of ${value.name}`);
    return parent === value ? value : this.#root(parent);
  }
}
