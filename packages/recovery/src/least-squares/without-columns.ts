import type { Matrix } from '@onnx-compress/core';
import type { LinearLayer } from '../layers/linear-layer.js';
import { readWeightMatrix } from '../layers/weight-matrix.js';
import { addToColumns, columnBlocks, columnMeans, columnsOf, rowsOf } from './matrices.js';
import { type Products, predictions } from './products.js';
import { RidgeSystem } from './ridge-system.js';

/** What the outputs of one group of a layer are computed from. */
interface SampledBlock {
  /** Centred. */
  readonly inputs: Matrix;
  readonly means: Float64Array;
  /** One row for each output of the group. */
  readonly weights: Float64Array;
}

/** A layer with what it is fed with at sampled positions, one block for each of its groups. */
export interface SampledLayer {
  readonly layer: LinearLayer;
  readonly blocks: readonly SampledBlock[];
}

/** Weights that replace others, and what is added to the bias with them. */
export interface Replacement {
  /** See `readWeightMatrix`. */
  readonly weights: Float64Array;
  /** One number for each output. */
  readonly shift: Float64Array;
}

/** What makes up for columns that go: the other weights and the bias, or the bias alone. */
export type RefitMethod = 'least-squares' | 'mean';

/** The ridge, as a part of the mean sum of squares of a column, where the rows are many. */
const RIDGE = 1e-3;

/** Ridges that are tried where they are few: with fewer rows than columns any outputs can be matched on them. */
const RIDGES = [1e-3, 1e-1, 10];

/** Rows for each column from which on they are many. */
const MANY = 4;

/** Part of few rows on which the ridges are compared. */
const HELD_OUT = 0.2;

/**
 * A layer made ready for `withoutColumns`.
 *
 * @param rows of the layer's inputs, see `collectRows`; they are centred in place
 */
export async function sampledLayer(layer: LinearLayer, rows: Matrix): Promise<SampledLayer> {
  const { groups } = layer.contraction;
  const weights = await readWeightMatrix(layer);
  const perGroup = weights.length / groups;
  const blocks = columnBlocks(rows, groups).map((inputs, group) => {
    const means = columnMeans(inputs, inputs.rows);
    addToColumns(
      inputs,
      means.map((mean) => -mean),
    );
    return { inputs, means, weights: weights.subarray(group * perGroup, (group + 1) * perGroup) };
  });
  return { layer, blocks };
}

/** The columns of a block that stay, and what those that go added to its outputs. */
interface Loss {
  readonly kept: Matrix;
  readonly lost: Matrix;
}

/** How far the changed weights are from making up for what is lost. */
async function errorOf({ kept, lost }: Loss, change: Float64Array, products: Products): Promise<number> {
  const made = await predictions(kept, change, products);
  return made.values.reduce((sum, value, index) => sum + (value - (lost.values[index] ?? 0)) ** 2, 0);
}

/** The ridge with which the first rows tell most of the others. */
async function bestRidge({ kept, lost }: Loss, products: Products): Promise<number> {
  const first = Math.max(1, Math.floor(kept.rows * (1 - HELD_OUT)));
  const rest = kept.rows - first;
  const unseen = { kept: rowsOf(kept, first, rest), lost: rowsOf(lost, first, rest) };
  const system = await RidgeSystem.of(rowsOf(kept, 0, first), products);
  let [best, least] = [RIDGE, Number.POSITIVE_INFINITY];
  for (const ridge of RIDGES) {
    if (!(await system.factor(ridge))) continue;
    const error = await errorOf(unseen, await system.solve(await system.project(rowsOf(lost, 0, first))), products);
    if (error < least) [best, least] = [ridge, error];
  }
  return best;
}

/** The change of the weights that stay which makes up for what is lost; none where nothing varies. */
async function solution(loss: Loss, products: Products): Promise<Float64Array> {
  const { rows, columns } = loss.kept;
  const ridge = rows < MANY * columns ? await bestRidge(loss, products) : RIDGE;
  const system = await RidgeSystem.of(loss.kept, products);
  return (await system.factor(ridge)) ? system.solve(await system.project(loss.lost)) : new Float64Array();
}

/** Some columns of a matrix of so many, row after row. */
function weightsOf(weights: Float64Array, columns: readonly number[], width: number): Float64Array {
  const picked = new Float64Array((weights.length / width) * columns.length);
  for (let row = 0, at = 0; row < weights.length; row += width) {
    for (const column of columns) picked[at++] = weights[row + column] ?? 0;
  }
  return picked;
}

/** The weights of one group of a layer without some columns. */
async function blockWithout(
  { inputs, weights }: SampledBlock,
  gone: ReadonlySet<number>,
  method: RefitMethod,
  products: Products,
): Promise<Float64Array> {
  const width = inputs.columns;
  const all = [...Array(width).keys()];
  const [stay, go] = [all.filter((column) => !gone.has(column)), all.filter((column) => gone.has(column))];
  const kept = weightsOf(weights, stay, width);
  if (method === 'least-squares' && stay.length > 0 && go.length > 0) {
    const lost = await predictions(columnsOf(inputs, go), weightsOf(weights, go, width), products);
    const change = await solution({ kept: columnsOf(inputs, stay), lost }, products);
    for (const [index, value] of change.entries()) kept[index] = (kept[index] ?? 0) + value;
  }
  const next = new Float64Array(weights.length);
  for (let row = 0, at = 0; row < next.length; row += width) {
    for (const column of stay) next[row + column] = kept[at++] ?? 0;
  }
  return next;
}

/** How far the outputs move on average when the weights become others. */
function shiftOf({ inputs: { columns }, means, weights }: SampledBlock, next: Float64Array): readonly number[] {
  return Array.from({ length: weights.length / columns }, (_, output) => {
    let sum = 0;
    for (let column = 0, at = output * columns; column < columns; column++, at++) {
      sum += ((weights[at] ?? 0) - (next[at] ?? 0)) * (means[column] ?? 0);
    }
    return sum;
  });
}

/**
 * The weights with which a layer computes best what it computed before, without reading some of its columns:
 * `min |X W0 - X W|^2 + ridge |W - W0|^2` over weights W that are 0 in these columns, about the means, which the bias
 * takes over. For a measurement it saves the surgery: the layer computes what it would compute with its inputs gone.
 *
 * @param gone columns of the weight matrix, the same in every group
 * @param method `mean` leaves the other weights as they are
 * @throws CancelledError when the signal fires
 */
export async function withoutColumns(
  { layer, blocks }: SampledLayer,
  gone: ReadonlySet<number>,
  method: RefitMethod,
  products: Products,
): Promise<Replacement> {
  const weights = new Float64Array(layer.outputs * layer.columns);
  const shift: number[] = [];
  let at = 0;
  for (const block of blocks) {
    const next = await blockWithout(block, gone, method, products);
    weights.set(next, at);
    at += next.length;
    shift.push(...shiftOf(block, next));
  }
  return { weights, shift: Float64Array.from(shift) };
}
