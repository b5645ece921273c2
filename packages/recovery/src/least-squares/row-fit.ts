import type { Matrix } from '@onnx-compress/core';
import { easedTargets, type LayerProblem, type RowSpan } from './layer-problem.js';
import { type LinearSystem, linearSystem } from './linear-system.js';
import { addToColumns, columnMeans, rowsOf } from './matrices.js';
import type { Products } from './products.js';

/** Weights and biases of a layer. */
export interface Solution {
  readonly weights: Float64Array;
  readonly bias: Float64Array;
}

/** Targets, as far as a fit depends on them. */
interface Aim {
  readonly means: Float64Array;
  readonly projected: Float64Array;
}

/**
 * Fits the weights of a layer to the first rows of its problem, near the old weights. Inputs and targets are centred, so
 * that the bias is found apart from the weights.
 */
export class RowFit {
  private constructor(
    private readonly problem: LayerProblem,
    private readonly rows: number,
    private readonly system: LinearSystem,
    /** What the old weights make of the centred inputs that are fitted to. */
    private readonly base: Matrix,
  ) {}

  /** @param rows how many of the first rows are fitted to; the inputs are centred on them, in place */
  static async of(problem: LayerProblem, rows: number, products: Products): Promise<RowFit> {
    const { inputs, weights, grouping } = problem;
    inputs.centre(rows);
    const fitted = rowsOf(inputs.matrix, 0, rows);
    const system = await linearSystem(fitted, grouping, products);
    return new RowFit(problem, rows, system, await system.predict(fitted, weights));
  }

  /** Prepares `solve`; false where there is no solution with this ridge. */
  factor(ridge: number): Promise<boolean> {
    return this.system.factor(ridge);
  }

  /** What `solve` needs to know of targets for the rows that are fitted to, whatever the ridge. */
  async aim(targets: Matrix): Promise<Aim> {
    const means = columnMeans(targets, this.rows);
    return { means, projected: await this.system.project(this.#residuals(targets, means)) };
  }

  /** The weights nearest to the targets. */
  async solve({ means, projected }: Aim): Promise<Solution> {
    const weights = await this.system.solve(projected);
    for (const [index, old] of this.problem.weights.entries()) weights[index] = old + (weights[index] ?? 0);
    const centre = this.#atCentre(weights);
    return { weights, bias: means.map((mean, output) => mean - (centre[output] ?? 0)) };
  }

  /** Fits again to targets that leave out what the activation function hides. */
  async refine(solution: Solution): Promise<Solution> {
    const predicted = await this.predict(solution, { first: 0, end: this.rows });
    return this.solve(await this.aim(easedTargets(this.problem, predicted)));
  }

  /** What the layer computes of some rows with these weights. */
  async predict({ weights, bias }: Solution, { first, end }: RowSpan): Promise<Matrix> {
    const result = await this.system.predict(rowsOf(this.problem.inputs.matrix, first, end - first), weights);
    const centre = this.#atCentre(weights);
    addToColumns(
      result,
      bias.map((value, output) => value + (centre[output] ?? 0)),
    );
    return result;
  }

  /** What the old weights leave of the targets around their means. */
  #residuals(targets: Matrix, means: Float64Array): Matrix {
    const { columns } = targets;
    const residuals = { rows: this.rows, columns, values: targets.values.slice(0, this.rows * columns) };
    const base = this.base.values;
    for (let at = 0; at < base.length; at++) residuals.values[at] = (residuals.values[at] ?? 0) - (base[at] ?? 0);
    addToColumns(
      residuals,
      means.map((mean) => -mean),
    );
    return residuals;
  }

  /** What weights make of the means that the inputs are centred on, one number for each output. */
  #atCentre(weights: Float64Array): Float64Array {
    const { inputs, grouping } = this.problem;
    const { groups, columns, outputs } = grouping;
    const sums = new Float64Array(outputs);
    for (let output = 0; output < outputs; output++) {
      const group = Math.floor(output / (outputs / groups));
      for (let column = 0; column < columns; column++) {
        const mean = inputs.means[group * columns + column] ?? 0;
        sums[output] = (sums[output] ?? 0) + (weights[output * columns + column] ?? 0) * mean;
      }
    }
    return sums;
  }
}
