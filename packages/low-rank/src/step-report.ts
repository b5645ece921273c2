import type { Change, Context, LayerRepair, Skip, StepResult } from '@onnx-compress/core';
import type { RankEntry } from './figures/rank-entry.js';
import { spectrumFigures } from './figures/spectrum.js';
import type { LayerTime, LayerTimes } from './layer-times.js';
import { denseReason } from './ranks/dense-reason.js';
import type { Choice, Choices, Ladder } from './ranks/ladder.js';
import type { RankRule } from './ranks/rank-rule.js';
import { nonFiniteWeight } from './reasons.js';
import type { Cost, Site } from './sites/site.js';

/** What a step did with each layer. */
export interface Factorized {
  readonly sites: readonly Site[];
  /** Layers of the kind that is factored, but not these. */
  readonly skipped: readonly Skip[];
  /** Of the sites whose weights are finite, in their order. */
  readonly ladders: readonly Ladder[];
  readonly choices: Choices;
  /** The part of the energy that factored layers kept, by label. */
  readonly kept: ReadonlyMap<string, number>;
  /** Of factored layers, by label; none where nothing was timed. */
  readonly times: LayerTimes;
  readonly repairs: readonly LayerRepair[];
  readonly rule: RankRule;
}

/** A layer with the ranks that it has now, and the energy that these really keep. */
interface FactoredEntry extends RankEntry {
  readonly choice: Choice;
  readonly repair: LayerRepair | undefined;
  readonly time: LayerTime | undefined;
}

const labelOf = ({ site }: Ladder) => site.node.label;

function entriesOf({ ladders, choices, kept }: Factorized): readonly RankEntry[] {
  return ladders.map((ladder, index) => {
    const energy = kept.get(labelOf(ladder));
    const planned = choices[index];
    return { ladder, choice: planned && energy !== undefined ? { ...planned, loss: 1 - energy } : undefined };
  });
}

function factoredOf(entries: readonly RankEntry[], { repairs, times }: Factorized): readonly FactoredEntry[] {
  const byNode = new Map(repairs.map((repair) => [repair.node, repair]));
  return entries.flatMap(({ ladder, choice }) => {
    const label = labelOf(ladder);
    return choice === undefined ? [] : [{ ladder, choice, repair: byNode.get(label), time: times.get(label) }];
  });
}

/** Milliseconds to four decimals. */
const rounded = (time: number) => Math.round(time * 1e4) / 1e4;

function changeOf({ ladder, choice, repair, time }: FactoredEntry): Change {
  const { site, dense, breakEven } = ladder;
  const { errorBefore, errorAfter } = repair ?? {};
  return {
    node: site.node.label,
    operator: site.node.opType,
    tensor: site.weight.name,
    rank: choice.ranks.length === 1 ? (choice.ranks[0] ?? 0) : choice.ranks,
    breakEven,
    energyKept: 1 - choice.loss,
    ...(errorBefore !== undefined && { errorBefore }),
    ...(errorAfter !== undefined && { errorAfter }),
    parametersBefore: dense.parameters,
    parametersAfter: choice.cost.parameters,
    macsBefore: dense.macs,
    macsAfter: choice.cost.macs,
    ...(time && { timeBeforeMs: rounded(time.before), timeAfterMs: rounded(time.after) }),
  };
}

/** Why layers stay dense that the method could factor. */
function denseLayers({ sites, ladders, choices, kept, rule }: Factorized): readonly Skip[] {
  const places = new Map(ladders.map((ladder, index) => [ladder.site, { ladder, choice: choices[index] }]));
  return sites.flatMap((site): readonly Skip[] => {
    const node = site.node.label;
    const place = places.get(site);
    if (kept.has(node)) return [];
    if (place === undefined || place.choice !== undefined) return [{ node, reason: nonFiniteWeight(site.weight.name) }];
    return [{ node, reason: denseReason(place.ladder, rule) }];
  });
}

const sumOf = (costs: readonly Cost[], amount: keyof Cost) => costs.reduce((sum, cost) => sum + cost[amount], 0);

/** What metrics call the budgets. */
const REQUESTED = { parameters: 'requestedKeepLayerParams', macs: 'requestedKeepLayerMacs' } as const;

/** What is left of all layers that have a rank to choose, those that stayed dense among them: what a budget counts. */
function metricsOf(entries: readonly RankEntry[], factored: number, rule: RankRule): StepResult['metrics'] {
  const counted = entries.filter(({ ladder, choice }) => choice !== undefined || ladder.choices.length > 0);
  const before = counted.map(({ ladder }) => ladder.dense);
  const after = counted.map(({ ladder, choice }) => choice?.cost ?? ladder.dense);
  const part = (amount: keyof Cost) => sumOf(after, amount) / Math.max(1, sumOf(before, amount));
  return {
    layers: entries.length,
    factored,
    achievedKeepLayerParams: part('parameters'),
    achievedKeepLayerMacs: part('macs'),
    ...(rule.kind === 'part' && { [REQUESTED[rule.amount]]: rule.part }),
  };
}

/** What the report tells of a factorization. */
export function stepReport(done: Factorized, { drawsFigures }: Pick<Context, 'drawsFigures'>): StepResult {
  const entries = entriesOf(done);
  const factored = factoredOf(entries, done);
  return {
    changed: factored.map(changeOf),
    skipped: [...done.skipped, ...denseLayers(done)],
    metrics: metricsOf(entries, factored.length, done.rule),
    ...(done.repairs.length > 0 && { repairs: done.repairs }),
    ...(drawsFigures && { figures: spectrumFigures(entries) }),
  };
}
