import { heldOutRows, type LayerProblem, lossOf, targetVariation } from './layer-problem.js';
import type { Products } from './products.js';
import { RowFit, type Solution } from './row-fit.js';

/** A layer that was fitted; errors are parts of the variation of its targets, on rows that were not fitted to. */
export interface LayerFit {
  readonly weights: Float64Array;
  readonly bias: Float64Array;
  readonly ridge: number;
  readonly errorBefore: number;
  readonly errorAfter: number;
}

/** Ridges that are tried, relative to the mean diagonal of the Gram matrix; the search starts in the middle. */
const RIDGES: readonly number[] = [1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1, 10];

/** Fits to eased targets, at most; each must lower the held-out error by a part. */
const MOST_REFINEMENTS = 5;
const LEAST_GAIN = 0.002;

interface Candidate {
  readonly ridge: number;
  readonly solution: Solution;
  readonly loss: number;
  readonly isRefined: boolean;
}

async function heldOutLoss(problem: LayerProblem, fit: RowFit, solution: Solution): Promise<number> {
  const rows = heldOutRows(problem);
  return lossOf(problem, await fit.predict(solution, rows), rows);
}

/** Tries ridges from the middle of the list outwards, as long as the held-out error falls. */
async function chooseRidge(lossAt: (ridge: number) => Promise<Candidate | undefined>): Promise<Candidate | undefined> {
  const middle = Math.floor(RIDGES.length / 2);
  let best = await lossAt(RIDGES[middle] ?? 1);
  for (const direction of [-1, 1]) {
    for (let index = middle + direction; index >= 0 && index < RIDGES.length; index += direction) {
      const next = await lossAt(RIDGES[index] ?? 1);
      if (next === undefined) break;
      if (best !== undefined && next.loss >= best.loss) break;
      best = next;
    }
    if (best !== undefined && best.ridge < (RIDGES[middle] ?? 1)) break;
  }
  return best;
}

/** Fits again to eased targets while that lowers the held-out error. */
async function refined(problem: LayerProblem, fit: RowFit, start: Candidate): Promise<Candidate> {
  if (problem.rectifier === undefined || !(await fit.factor(start.ridge))) return start;
  let best = start;
  let last = start.solution;
  for (let round = 0; round < MOST_REFINEMENTS; round++) {
    last = await fit.refine(last);
    const loss = await heldOutLoss(problem, fit, last);
    if (!(loss < best.loss * (1 - LEAST_GAIN))) break;
    best = { ...best, solution: last, loss, isRefined: true };
  }
  return best;
}

/** The same fit to all rows, those that chose the ridge among them. */
async function onAllRows(problem: LayerProblem, { ridge, isRefined, solution }: Candidate, products: Products) {
  const fit = await RowFit.of(problem, problem.targets.rows, products);
  if (!(await fit.factor(ridge))) return solution;
  return isRefined ? fit.refine(solution) : fit.solve(await fit.aim(problem.targets));
}

/**
 * Finds the weights with which a layer computes its targets best behind its activation function: least squares with a
 * ridge toward the old weights, whose strength the held-out rows choose. Undefined where there is nothing to fit.
 *
 * Source: He et al., Channel Pruning for Accelerating Very Deep Neural Networks, arXiv:1707.06168 (reconstruction of the
 * consumer); Kwon et al., arXiv:2204.09656.
 */
export async function fitLayer(problem: LayerProblem, products: Products): Promise<LayerFit | undefined> {
  const heldOut = heldOutRows(problem);
  const variation = targetVariation(problem, heldOut);
  const fit = await RowFit.of(problem, problem.fitRows, products);
  const before = await heldOutLoss(problem, fit, problem);
  const aim = await fit.aim(problem.targets);
  const candidate = async (ridge: number): Promise<Candidate | undefined> => {
    if (!(await fit.factor(ridge))) return undefined;
    const solution = await fit.solve(aim);
    const loss = await heldOutLoss(problem, fit, solution);
    return Number.isFinite(loss) ? { ridge, solution, loss, isRefined: false } : undefined;
  };
  const chosen = variation > 0 ? await chooseRidge(candidate) : undefined;
  if (chosen === undefined) return undefined;
  const best = await refined(problem, fit, chosen);
  const errors = { errorBefore: before / variation, errorAfter: best.loss / variation };
  const { weights, bias } = best.loss < before ? await onAllRows(problem, best, products) : best.solution;
  return { weights, bias, ridge: best.ridge, ...errors };
}
