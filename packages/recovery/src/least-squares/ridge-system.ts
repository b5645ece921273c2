import { type Matrix, yieldToEventLoop } from '@onnx-compress/core';
import { factorCholesky, solveCholesky } from '@onnx-compress/math';
import type { LinearSystem } from './linear-system.js';
import { rowsOf, toMatrix } from './matrices.js';
import { columnProducts, type Products, predictions } from './products.js';

/** Times that the ridge is raised tenfold where the matrix is not positive definite. */
const MOST_RAISES = 6;

/** The products that a system is factored from. */
interface Kernel {
  readonly values: Float64Array;
  readonly size: number;
  /** Of rows with rows, where there are fewer of them than columns. */
  readonly ofRows: boolean;
}

async function rowKernel(inputs: Matrix, { gemm, signal }: Products): Promise<Float64Array> {
  const values = new Float64Array(inputs.rows ** 2);
  await gemm.rowProducts(inputs, inputs, (product) => values.set(product.values), signal);
  return values;
}

function transposed({ rows, columns, values }: Matrix): Float64Array {
  const result = new Float64Array(values.length);
  for (let row = 0, at = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) result[column * rows + row] = values[at++] ?? 0;
  }
  return result;
}

/**
 * Ridge regression of many outputs on the same centred inputs: finds V with the least
 * `|residuals - inputs * transpose(V)|^2 + ridge * |V|^2`. With fewer rows than columns it solves the equal system of row
 * products, `V = transpose(residuals) * (X X^T + ridge)^-1 * X`, which is smaller and never singular.
 */
export class RidgeSystem implements LinearSystem {
  readonly #inputs: Matrix;
  readonly #kernel: Kernel;
  readonly #products: Products;
  #factor = new Float64Array();

  private constructor(inputs: Matrix, kernel: Kernel, products: Products) {
    this.#inputs = inputs;
    this.#kernel = kernel;
    this.#products = products;
  }

  /** @param inputs rows that are centred already */
  static async of(inputs: Matrix, products: Products): Promise<RidgeSystem> {
    const ofRows = inputs.rows < inputs.columns;
    const values = await (ofRows ? rowKernel(inputs, products) : columnProducts(inputs, inputs, products));
    return new RidgeSystem(inputs, { values, size: ofRows ? inputs.rows : inputs.columns, ofRows }, products);
  }

  /** The mean sum of squares of a column, which a ridge is relative to. */
  get scale(): number {
    const { values, size } = this.#kernel;
    let trace = 0;
    for (let index = 0; index < size; index++) trace += values[index * (size + 1)] ?? 0;
    return trace / Math.max(1, this.#inputs.columns);
  }

  /**
   * Prepares `solve` for a ridge; a matrix that is not positive definite gets a larger one.
   *
   * @param relative part of `scale`
   * @returns whether there is a solution
   */
  async factor(relative: number): Promise<boolean> {
    const { values, size } = this.#kernel;
    const { scale } = this;
    if (!(scale > 0) || !Number.isFinite(scale)) return false;
    for (let raise = 0, ridge = relative * scale; raise < MOST_RAISES; raise++, ridge *= 10) {
      this.#factor = values.slice();
      for (let index = 0; index < size; index++) {
        this.#factor[index * (size + 1)] = (this.#factor[index * (size + 1)] ?? 0) + ridge;
      }
      if (await factorCholesky(this.#factor, size, this.#pause)) return true;
    }
    return false;
  }

  async project(residuals: Matrix): Promise<Float64Array> {
    return this.#kernel.ofRows ? transposed(residuals) : columnProducts(residuals, this.#inputs, this.#products);
  }

  /** V for projected residuals, one row for each of their columns. */
  async solve(projected: Float64Array): Promise<Float64Array> {
    const { size, ofRows } = this.#kernel;
    const right = projected.slice();
    await solveCholesky(this.#factor, size, right, this.#pause);
    if (!ofRows) return right;
    const perOutput = toMatrix(right, size);
    const perRow = { rows: size, columns: perOutput.rows, values: Float32Array.from(transposed(perOutput)) };
    return columnProducts(perRow, rowsOf(this.#inputs, 0, size), this.#products);
  }

  predict(inputs: Matrix, weights: Float64Array): Promise<Matrix> {
    return predictions(inputs, weights, this.#products);
  }

  readonly #pause = () => yieldToEventLoop(this.#products.signal);
}
