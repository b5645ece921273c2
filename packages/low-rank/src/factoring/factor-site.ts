import { present } from '@onnx-compress/graph';
import { addToBias } from '@onnx-compress/recovery';
import { type Engine, pauseOf } from '../engine/engine.js';
import { transposed } from '../engine/paced-copies.js';
import { truncate } from '../engine/truncate.js';
import type { InputStatistics } from '../metric/input-statistics.js';
import type { Factors, MatrixSite, Site, TuckerSite } from '../sites/site.js';
import { meanShift } from './mean-shift.js';
import { unfoldedByChannel } from './unfolding.js';

/** The factors of a layer, ready to be written. */
export interface Factored {
  /** The part of the energy that is kept, 0 to 1. */
  readonly kept: number;
  /** Puts them in place of the same layer in a copy of the model. */
  write(into: Site): Promise<void>;
}

/** Of each group of a layer; empty where weights alone count. */
type Statistics = readonly InputStatistics[];

const partOf = (kept: number, total: number) => (total === 0 ? 1 : kept / total);

/** Lets the bias make up for what is gone of the means; nothing where they are not known. */
async function shiftBias({ node, weight }: Site, shifts: readonly Float64Array[]): Promise<void> {
  if (shifts.length === 0) return;
  const shift = Float64Array.from(shifts.flatMap((values) => [...values]));
  await addToBias(node, weight.tensor.dataType, shift);
}

async function factorMatrices(
  site: MatrixSite,
  rank: number,
  statistics: Statistics,
  engine: Engine,
): Promise<Factored | undefined> {
  const factors: Factors[] = [];
  const shifts: Float64Array[] = [];
  let [kept, total] = [0, 0];
  for (const [group, matrix] of (await site.read(pauseOf(engine))).entries()) {
    const { metric, mean } = statistics[group] ?? {};
    const truncated = await truncate(matrix, metric, rank, engine);
    if (truncated === undefined) return undefined;
    kept += truncated.kept;
    total += truncated.total;
    factors.push({ left: truncated.left, right: truncated.right });
    if (mean !== undefined) shifts.push(meanShift(matrix, truncated, mean));
  }
  const write = async (into: Site) => {
    if (into.kind !== 'matrix') return;
    await into.write(factors, pauseOf(engine));
    await shiftBias(into, shifts);
  };
  return { kept: partOf(kept, total), write };
}

/** First the outputs, in the metric of the data where there is one, then the inputs of what is left of the matrix. */
async function factorTucker(
  site: TuckerSite,
  [inputRank, outputRank]: readonly [number, number],
  [inputs]: Statistics,
  engine: Engine,
): Promise<Factored | undefined> {
  const { positions } = site;
  const outer = await truncate(await site.read(pauseOf(engine)), inputs?.metric, outputRank, engine);
  const inner = outer && (await truncate(unfoldedByChannel(outer.right, positions), undefined, inputRank, engine));
  if (outer === undefined || inner === undefined) return undefined;
  const factors = {
    outputs: outer.left,
    core: unfoldedByChannel(inner.right, positions),
    inputs: await transposed(inner.left, pauseOf(engine)),
  };
  const write = async (into: Site) => {
    if (into.kind === 'tucker') await into.write(factors, pauseOf(engine));
  };
  return { kept: partOf(outer.kept, outer.total) * partOf(inner.kept, inner.total), write };
}

/**
 * Factors a layer to given ranks, with the least error that these allow; of a Tucker decomposition, the least of each
 * step (sequentially truncated: Vannieuwenhoven et al., SIAM J. Sci. Comput. 34, 2012).
 *
 * @returns undefined where the weight holds numbers that are not finite
 * @throws CancelledError when the signal fires
 */
export async function factorSite(
  site: Site,
  ranks: readonly number[],
  statistics: Statistics,
  engine: Engine,
): Promise<Factored | undefined> {
  const [first, second] = ranks;
  const rank = present(first, 'rank');
  return site.kind === 'matrix'
    ? factorMatrices(site, rank, statistics, engine)
    : factorTucker(site, [rank, present(second, 'output rank')], statistics, engine);
}
