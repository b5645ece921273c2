import { answerOf, type ModelTime } from '@onnx-compress/core';
import type { Model } from '@onnx-compress/graph';
import { CostState } from '../costs/cost-state.js';
import type { ModelCounts } from '../costs/count-model.js';
import { footprintsOf } from '../costs/footprints.js';
import { KeptShapes } from '../costs/kept-shapes.js';
import { nodeWork } from '../costs/node-work.js';
import { risingCurve, type TimeCurve, timeAt } from '../costs/time-curve.js';
import type { LatencyCosts } from '../criteria/latency-costs.js';
import { latencyNotMeasured } from '../messages.js';
import { prunedCopy } from '../surgery/pruned-copy.js';
import type { BudgetWork } from './budget-work.js';
import type { Decision } from './decision.js';
import { timedCuts } from './timed-cuts.js';

/** Decimals of stored milliseconds and parts. */
const DECIMALS = 1e4;

export const rounded = (value: number): number => Math.round(value * DECIMALS) / DECIMALS;

/** A model of the series that is timed, from the original down: its times, and what is left of the work of its nodes. */
interface Timed {
  readonly time: ModelTime;
  readonly parts: ReadonlyMap<string, number>;
}

/** What is left of the work of each node after each cut, the first time with nothing cut. */
function partsLeft({ model, prunable }: BudgetWork, counts: ModelCounts, cuts: readonly (readonly Decision[])[]) {
  const shapes = new KeptShapes(prunable.engine, counts.shapes);
  const work = nodeWork(model.walk(), shapes);
  const state = new CostState(new Map(), footprintsOf(prunable.engine, shapes.factors));
  return [[], ...cuts].map((decisions) => {
    const units = decisions.flatMap((decision) => decision.units);
    state.remove(units);
    const parts = new Map(Array.from(work, ([node, { amount }]) => [node, amount()] as const));
    state.restore(units);
    return parts;
  });
}

function curveOf(node: string, series: readonly Timed[]): TimeCurve {
  const points = series.map(({ time, parts }) => [rounded(parts.get(node) ?? 1), time.nodes.get(node) ?? 0] as const);
  const curve = risingCurve(points).map(([part, time]) => [part, rounded(time)] as const);
  return curve.every(([, time]) => time === 0) ? [] : curve;
}

/**
 * The time that stays however much is cut, in the unit of the nodes' times: where the straight line through all the time of
 * the original and of the smallest copy meets no time in nodes.
 */
function timeThatStays(series: readonly Timed[], nodes: LatencyCosts['nodes']): number {
  const inNodes = ({ parts }: Timed) =>
    Object.entries(nodes).reduce((sum, [node, curve]) => sum + timeAt(curve, parts.get(node) ?? 1), 0);
  const [most, least] = [series[0], series.at(-1)];
  if (most === undefined || least === undefined || series.length === 1) return most?.time.elsewhere ?? 0;
  const rise = (most.time.elsewhere - least.time.elsewhere) / (inNodes(most) - inNodes(least));
  const slope = Number.isFinite(rise) ? Math.max(0, rise) : 0;
  return Math.max(0, most.time.elsewhere - slope * inNodes(most)) / (1 + slope);
}

async function copiesOf(
  { model, find }: BudgetWork,
  cuts: readonly (readonly Decision[])[],
): Promise<readonly Model[]> {
  const copies: Model[] = [];
  for (const decisions of cuts) copies.push(await prunedCopy(model, decisions, find));
  return copies;
}

/**
 * Times the nodes of the model and of some pruned copies.
 *
 * @throws StepError where the model cannot be timed
 */
export async function measuredCosts(work: BudgetWork, counts: ModelCounts): Promise<LatencyCosts> {
  const { model, prunable, options, context } = work;
  const { nodeTimes, signal } = context;
  const cuts = timedCuts(prunable, options);
  const times = await answerOf(
    nodeTimes.measure([model, ...(await copiesOf(work, cuts))], signal),
    latencyNotMeasured,
    signal,
  );
  const parts = partsLeft(work, counts, cuts);
  const series = times.map((time, index) => ({ time, parts: parts[index] ?? new Map() }));
  const names = [...new Set(times.flatMap(({ nodes }) => [...nodes.keys()]))];
  const curves = names.map((node) => [node, curveOf(node, series)] as const).filter(([, { length }]) => length > 0);
  const nodes = Object.fromEntries(curves);
  return { nodes, elsewhere: rounded(timeThatStays(series, nodes)) };
}
