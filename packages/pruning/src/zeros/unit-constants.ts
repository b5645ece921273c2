import type { Value } from '@onnx-compress/graph';
import type { Expectations, Moments } from '@onnx-compress/recovery';
import type { Engine } from '../axes/engine.js';
import type { UnitPositions, Units } from './units.js';

/** Units that hold constants along one axis of a value. */
export interface ConstantUnits {
  /** Those with one number at each position, zero or not. */
  readonly fixed: Units;
  /** Those that hold nothing but zeros. */
  readonly zero: Units;
}

/** Tells the constants of channels as constants of units. */
export class UnitConstants {
  constructor(
    private readonly engine: Engine,
    private readonly positions: UnitPositions,
    private readonly expectations: Expectations,
  ) {}

  /** What the units of a value hold; undefined where nothing is known of any. */
  async of(value: Value): Promise<ConstantUnits | undefined> {
    const moments = await this.expectations.of(value);
    return moments && this.#unitsOf(value, moments);
  }

  /** Takes units of a value for zero of which the parameters alone do not tell it. */
  assumeZero(value: Value, units: Units): void {
    const axes = this.engine.axesOf(value) ?? [];
    const concerned = [...axes.entries()].filter(([, own]) => this.positions.on([own]).size > 0);
    const [[axis, own] = [0, []]] = concerned;
    const size = this.engine.types.get(value)?.dims?.[axis];
    if (units.size === 0 || concerned.length !== 1 || typeof size !== 'number') return;
    const mean = new Float64Array(size).fill(Number.NaN);
    for (const [unit, positions] of this.positions.along(own)) {
      if (units.has(unit)) for (const position of positions) mean[position] = 0;
    }
    this.expectations.assume(value, { axis, mean, variance: mean });
  }

  #unitsOf(value: Value, { axis, mean, variance }: Moments): ConstantUnits {
    const axes = this.engine.axesOf(value) ?? [];
    const elsewhere = this.positions.on(axes.filter((_, index) => index !== axis));
    const units = [...this.positions.along(axes[axis] ?? [])].filter(([unit]) => !elsewhere.has(unit));
    const fixed = units.filter(([, positions]) => positions.every((position) => variance[position] === 0));
    const zero = fixed.filter(([, positions]) => positions.every((position) => mean[position] === 0));
    return { fixed: new Set(fixed.map(([unit]) => unit)), zero: new Set(zero.map(([unit]) => unit)) };
  }
}
