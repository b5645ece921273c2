import type { Matrix } from '@onnx-compress/core';
import { centredGram } from '@onnx-compress/recovery';
import { type Engine, pauseOf } from '../engine/engine.js';
import { transposed } from '../engine/paced-copies.js';
import { truncate } from '../engine/truncate.js';
import { mostRankOf } from '../ranks/savings.js';
import type { Factors, MatrixSite } from '../sites/site.js';
import { normalShrinkage, shrunkCovariance } from './shrunk-covariance.js';

/** Part of the rows, which is that of the samples, on which amounts are compared. */
const HELD_OUT = 0.25;

/** Amounts that are tried, least first, while the error falls. The last one leaves the weights alone to decide. */
const AMOUNTS = [0.03, 0.1, 0.3, 0.6, 1];

function rowsOf({ columns, values }: Matrix, first: number, rows: number): Matrix {
  return { rows, columns, values: values.subarray(first * columns, (first + rows) * columns) };
}

/** A matrix less the product of its factors. */
async function residual(matrix: Matrix, { left, right }: Factors, engine: Engine): Promise<Matrix> {
  const { gemm, signal } = engine;
  const other = await transposed(right, pauseOf(engine));
  const values = matrix.values.slice();
  await gemm.rowProducts(left, other, (product) => subtract(values, product.values), signal);
  return { ...matrix, values };
}

function subtract(values: Float32Array, others: Float32Array): void {
  for (let at = 0; at < values.length; at++) values[at] = (values[at] ?? 0) - (others[at] ?? 0);
}

/** Energy of what a matrix makes of rows, about the means of its results. */
async function energyOf(matrix: Matrix, rows: Matrix, { gemm, signal }: Engine): Promise<number> {
  let energy = 0;
  await gemm.rowProducts(
    matrix,
    rows,
    ({ values, columns }) => {
      for (let first = 0; first < values.length; first += columns) {
        let [sum, squares] = [0, 0];
        for (const value of values.subarray(first, first + columns)) {
          sum += value;
          squares += value * value;
        }
        energy += squares - (sum * sum) / columns;
      }
    },
    signal,
  );
  return energy;
}

/**
 * How far the covariance of a layer's inputs is to be moved toward a multiple of the identity: as far as loses least on
 * samples that are held out, at a rank in the middle of those that pay. However many rows there are, few samples may show
 * only some of what the layer can be fed with.
 *
 * @param rows of the inputs, those of the first sample first
 * @throws CancelledError when the signal fires
 */
export async function chosenShrinkage(site: MatrixSite, rows: Matrix, engine: Engine): Promise<number> {
  const held = Math.floor(rows.rows * HELD_OUT);
  const gram = await centredGram(rowsOf(rows, 0, rows.rows - held), engine);
  const least = await normalShrinkage(gram, pauseOf(engine));
  const [matrix] = await site.read(pauseOf(engine));
  if (matrix === undefined || held < 2) return least;
  const rank = Math.max(1, Math.floor(mostRankOf(site) / 2));
  const unseen = rowsOf(rows, rows.rows - held, held);
  let best = { amount: least, error: Number.POSITIVE_INFINITY };
  for (const amount of [least, ...AMOUNTS.filter((one) => one > least)]) {
    const covariance = await shrunkCovariance(gram, amount, pauseOf(engine));
    const factors = await truncate(matrix, covariance && { covariance }, rank, engine);
    if (factors === undefined) break;
    const error = await energyOf(await residual(matrix, factors, engine), unseen, engine);
    if (error >= best.error) break;
    best = { amount, error };
  }
  return best.amount;
}
