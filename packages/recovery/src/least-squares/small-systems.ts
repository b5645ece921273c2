import { type Matrix, yieldToEventLoop } from '@onnx-compress/core';
import {
  addGroupedGrams,
  addGroupedProducts,
  type GroupedRows,
  groupedPredictions,
  solveGroupedRidge,
} from '@onnx-compress/math';
import type { Grouping, LinearSystem } from './linear-system.js';
import { rowsOf } from './matrices.js';
import type { Products } from './products.js';

/** Rows that are gone through before other work gets its turn. */
const ROWS_AT_A_TIME = 256;

/** The regressions of many groups with a few columns each, as depthwise convolutions have them. */
export class SmallSystems implements LinearSystem {
  readonly #grams: Float64Array;
  #ridge = 0;

  private constructor(
    private readonly inputs: Matrix,
    private readonly grouping: Grouping,
    private readonly signal: Products['signal'],
  ) {
    this.#grams = new Float64Array(grouping.groups * grouping.columns ** 2);
  }

  static async of(inputs: Matrix, grouping: Grouping, { signal }: Products): Promise<SmallSystems> {
    const systems = new SmallSystems(inputs, grouping, signal);
    await systems.#eachPart(inputs, (rows) => addGroupedGrams(rows, systems.#grams));
    return systems;
  }

  async factor(ridge: number): Promise<boolean> {
    this.#ridge = ridge;
    return this.#grams.some((value) => value > 0) && this.#grams.every(Number.isFinite);
  }

  async project(residuals: Matrix): Promise<Float64Array> {
    const { groups, columns, outputs } = this.grouping;
    const products = new Float64Array(outputs * columns);
    await this.#eachPart(this.inputs, (rows, first) => {
      addGroupedProducts(rows, rowsOf(residuals, first, rows.rows).values, outputs / groups, products);
    });
    return products;
  }

  async solve(projected: Float64Array): Promise<Float64Array> {
    const { groups, columns, outputs } = this.grouping;
    const solution = projected.slice();
    solveGroupedRidge(this.#grams, solution, { groups, columns, outputs: outputs / groups }, this.#ridge);
    return solution;
  }

  async predict(inputs: Matrix, weights: Float64Array): Promise<Matrix> {
    const { groups, outputs } = this.grouping;
    const result = { rows: inputs.rows, columns: outputs, values: new Float32Array(inputs.rows * outputs) };
    await this.#eachPart(inputs, (rows, first) => {
      groupedPredictions(rows, weights, outputs / groups, rowsOf(result, first, rows.rows).values);
    });
    return result;
  }

  async #eachPart(inputs: Matrix, take: (rows: GroupedRows, first: number) => void): Promise<void> {
    const { groups, columns } = this.grouping;
    for (let first = 0; first < inputs.rows; first += ROWS_AT_A_TIME) {
      await yieldToEventLoop(this.signal);
      const { rows, values } = rowsOf(inputs, first, Math.min(ROWS_AT_A_TIME, inputs.rows - first));
      take({ rows, groups, columns, values }, first);
    }
  }
}
