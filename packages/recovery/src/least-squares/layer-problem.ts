import type { Matrix } from '@onnx-compress/core';
import type { CentredRows } from './centred-rows.js';
import type { Grouping } from './linear-system.js';

/** The range that an activation function passes on; what lies outside comes out as its border. */
export interface Rectifier {
  readonly low: number;
  readonly high: number;
}

/** What a layer should compute, and from what: one row for each sampled position, those to fit on first. */
export interface LayerProblem {
  /** What the layer is fed with, as `collectRows` gives it. */
  readonly inputs: CentredRows;
  readonly grouping: Grouping;
  /** One column for each output. */
  readonly targets: Matrix;
  /** What is added to the outputs before the activation function behind them. */
  readonly offsets: Matrix | undefined;
  readonly rectifier: Rectifier | undefined;
  /** Rows to fit on; the others tell how good a fit is. */
  readonly fitRows: number;
  /** The weight matrix at present, see `readWeightMatrix`. */
  readonly weights: Float64Array;
  readonly bias: Float64Array;
}

/** Rows from `first` up to `end`. */
export interface RowSpan {
  readonly first: number;
  readonly end: number;
}

export const heldOutRows = ({ fitRows, targets }: LayerProblem): RowSpan => ({ first: fitRows, end: targets.rows });

const ANYTHING: Rectifier = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };

/** The energy of the targets behind the activation function, around the mean of each output. */
export function targetVariation({ targets, offsets, rectifier }: LayerProblem, { first, end }: RowSpan): number {
  const { low, high } = rectifier ?? ANYTHING;
  const { columns, values } = targets;
  let total = 0;
  for (let column = 0; column < columns; column++) {
    let [sum, squares] = [0, 0];
    for (let at = first * columns + column; at < end * columns; at += columns) {
      const value = Math.min(high, Math.max(low, (values[at] ?? 0) + (offsets?.values[at] ?? 0)));
      sum += value;
      squares += value * value;
    }
    total += squares - (sum * sum) / Math.max(1, end - first);
  }
  return Math.max(0, total);
}

/**
 * The energy of the difference between predictions and targets behind the activation function.
 *
 * @param predicted of the rows of the span alone
 */
export function lossOf(
  { targets, offsets, rectifier }: LayerProblem,
  predicted: Matrix,
  { first, end }: RowSpan,
): number {
  const { low, high } = rectifier ?? ANYTHING;
  const { columns, values } = targets;
  let loss = 0;
  for (let at = first * columns, own = 0; at < end * columns; at++, own++) {
    const offset = offsets?.values[at] ?? 0;
    const wanted = Math.min(high, Math.max(low, (values[at] ?? 0) + offset));
    const given = Math.min(high, Math.max(low, (predicted.values[own] ?? 0) + offset));
    loss += (wanted - given) ** 2;
  }
  return loss;
}

/**
 * Targets that make the next fit better behind the activation function: where a target lies beyond a border, it counts as
 * the border, and the prediction as right where it lies beyond it too, since nothing of that is seen. The squared error
 * with these targets majorizes the one behind the function, so each fit to them lowers it.
 *
 * @param predicted of the first rows, which are the ones that get targets
 */
export function easedTargets({ targets, offsets, rectifier }: LayerProblem, predicted: Matrix): Matrix {
  const { low, high } = rectifier ?? ANYTHING;
  const values = targets.values.slice(0, predicted.values.length);
  for (let at = 0; at < values.length; at++) {
    const offset = offsets?.values[at] ?? 0;
    const [wanted, own] = [(values[at] ?? 0) + offset, (predicted.values[at] ?? 0) + offset];
    if (wanted < low) values[at] = Math.min(own, low) - offset;
    else if (wanted > high) values[at] = Math.max(own, high) - offset;
  }
  return { ...predicted, values };
}
