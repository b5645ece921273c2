import type { Context } from '@onnx-compress/core';
import type { CentredGram, LinearLayer } from '@onnx-compress/recovery';
import { outputEnergy } from '../../rounding/output-energy.js';
import { type BlockFormat, restoreBlocks } from '../block-format.js';
import { lossOf, nearestBlocks } from './block-loss.js';
import { gptqBlocks } from './gptq-blocks.js';
import { fittedGrams, judgedGrams, type OutputMetric } from './output-metric.js';

/** Parts of the mean diagonal that may be added to the diagonal: little where samples tell all, much where they are few. */
const DAMPINGS = [0.1, 0.4, 1.6];

/** Output channels that tell what a damping is good for, about. */
const ROWS_LOOKED_AT = 24;

/** The damping that does best on samples that took no part, and what is lost with it, as a part of the outputs. */
export interface FoundDamping {
  readonly damping: number;
  /** With the nearest integers. */
  readonly errorBefore: number;
  readonly errorAfter: number;
}

/** A weight matrix, or some rows of each of its groups. */
type Rows = Pick<LinearLayer, 'outputs' | 'columns'> & { readonly matrix: Float64Array };

/** Rows spread evenly over each group. */
function someRows({ outputs, columns, matrix }: Rows, groups: number): Rows {
  const perGroup = outputs / groups;
  const step = Math.min(perGroup, Math.max(1, Math.floor(outputs / ROWS_LOOKED_AT)));
  if (step === 1) return { outputs, columns, matrix };
  const taken = Array.from({ length: outputs }, (_, row) => row).filter((row) => (row % perGroup) % step === 0);
  const values = new Float64Array(taken.length * columns);
  for (const [to, from] of taken.entries()) {
    values.set(matrix.subarray(from * columns, (from + 1) * columns), to * columns);
  }
  return { outputs: taken.length, columns, matrix: values };
}

/**
 * Tries several dampings for GPTQ on some output channels: fitted to either half of the samples, judged on the other.
 *
 * @param halves Gram matrices of the groups of the layer, for each half of the samples
 * @throws CancelledError when the signal fires
 */
export async function findDamping(
  whole: Rows,
  format: BlockFormat,
  [first, second]: readonly [readonly CentredGram[], readonly CentredGram[]],
  metric: OutputMetric,
  work: Pick<Context, 'signal'>,
): Promise<FoundDamping> {
  const rows = someRows(whole, first.length);
  const subject = { matrix: Float32Array.from(rows.matrix), rows: rows.outputs, columns: rows.columns };
  const losses = DAMPINGS.map(() => 0);
  let [energy, nearest] = [0, 0];
  for (const [fitting, judging] of [[first, second] as const, [second, first] as const]) {
    const outputs = { layer: rows, grams: await judgedGrams(judging, fitting, metric, work), signal: work.signal };
    const grams = await fittedGrams(fitting, metric, work);
    energy += await outputEnergy(rows.matrix, outputs);
    nearest += await lossOf(rows.matrix, nearestBlocks(rows.matrix, outputs, format) ?? rows.matrix, outputs);
    for (const [index, damping] of DAMPINGS.entries()) {
      const restored = restoreBlocks(await gptqBlocks({ ...subject, grams }, format, damping, work));
      losses[index] = (losses[index] ?? 0) + (await lossOf(rows.matrix, restored, outputs));
    }
  }
  const least = Math.min(...losses);
  const damping = DAMPINGS[losses.indexOf(least)] ?? 1;
  return { damping, errorBefore: nearest / (energy || 1), errorAfter: least / (energy || 1) };
}
