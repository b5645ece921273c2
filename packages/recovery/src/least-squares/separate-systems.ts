import type { Matrix } from '@onnx-compress/core';
import { present } from '@onnx-compress/graph';
import type { Grouping, LinearSystem } from './linear-system.js';
import { columnBlocks } from './matrices.js';
import type { Products } from './products.js';
import { RidgeSystem } from './ridge-system.js';

/** The regressions of a few groups with many columns each, one after the other. */
export class SeparateSystems implements LinearSystem {
  private constructor(private readonly systems: readonly RidgeSystem[]) {}

  static async of(inputs: Matrix, { groups }: Grouping, products: Products): Promise<SeparateSystems> {
    const systems: RidgeSystem[] = [];
    for (const block of columnBlocks(inputs, groups)) systems.push(await RidgeSystem.of(block, products));
    return new SeparateSystems(systems);
  }

  async factor(ridge: number): Promise<boolean> {
    for (const system of this.systems) if (!(await system.factor(ridge))) return false;
    return true;
  }

  async project(residuals: Matrix): Promise<Float64Array> {
    const blocks = columnBlocks(residuals, this.systems.length);
    return this.#joined((system, index) => system.project(present(blocks[index], 'block')));
  }

  async solve(projected: Float64Array): Promise<Float64Array> {
    const size = projected.length / this.systems.length;
    return this.#joined((system, index) => system.solve(projected.subarray(index * size, (index + 1) * size)));
  }

  async predict(inputs: Matrix, weights: Float64Array): Promise<Matrix> {
    const perGroup = weights.length / this.systems.length;
    const parts: Matrix[] = [];
    for (const [index, block] of columnBlocks(inputs, this.systems.length).entries()) {
      const own = weights.subarray(index * perGroup, (index + 1) * perGroup);
      const part = await this.systems[index]?.predict(block, own);
      if (part !== undefined) parts.push(part);
    }
    return sideBySide(parts, inputs.rows);
  }

  /** What the systems give, one after the other; all give as much. */
  async #joined(numbersOf: (system: RidgeSystem, index: number) => Promise<Float64Array>): Promise<Float64Array> {
    let joined = new Float64Array();
    for (const [index, system] of this.systems.entries()) {
      const numbers = await numbersOf(system, index);
      if (index === 0) joined = new Float64Array(numbers.length * this.systems.length);
      joined.set(numbers, index * numbers.length);
    }
    return joined;
  }
}

/** The columns of all parts. */
function sideBySide(parts: readonly Matrix[], rows: number): Matrix {
  const columns = parts.reduce((sum, part) => sum + part.columns, 0);
  const values = new Float32Array(rows * columns);
  let first = 0;
  for (const part of parts) {
    for (let row = 0; row < rows; row++) {
      values.set(part.values.subarray(row * part.columns, (row + 1) * part.columns), row * columns + first);
    }
    first += part.columns;
  }
  return { rows, columns, values };
}
