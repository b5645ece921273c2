import {
  type Calibration,
  type Context,
  dividedProgress,
  type NodeSelection,
  type StepResult,
} from '@onnx-compress/core';
import { type Model, ShapeTable } from '@onnx-compress/graph';
import { recover } from '@onnx-compress/recovery';
import { searchByCosine } from './factoring/cosine-search.js';
import { type Factoring, factorLayers, type SitesByLabel, type TargetsIn } from './factoring/factor-layers.js';
import { measuredLadders, unmeasuredLadder } from './factoring/measured-ladders.js';
import { OutputNoise } from './factoring/output-noise.js';
import { findSites } from './find-sites.js';
import { layerTimes } from './layer-times.js';
import { samplesMissing } from './messages.js';
import type { Shrinkages } from './metric/input-statistics.js';
import { type LowRankOptions, ruleOf } from './options.js';
import { chooseRanks } from './ranks/choose-ranks.js';
import type { Choices } from './ranks/ladder.js';
import type { RankRule } from './ranks/rank-rule.js';
import type { SiteOf } from './sites/site.js';
import { stepReport } from './step-report.js';

/** What a step is asked to do. */
export interface FactorizationRequest {
  readonly siteOf: SiteOf;
  readonly options: LowRankOptions;
  readonly nodes: NodeSelection;
}

/** How long the phases of a step take compared to each other. */
const SHARES = { spectra: 2, search: 8, factors: 2, repair: 2 };

type Phases = (name: keyof typeof SHARES) => Context;

/** Rules by which one layer is cut rather than another. */
const comparesLayers = ({ kind }: RankRule) => kind === 'part' || kind === 'auto';

/** What is not done takes no part of the progress. */
function phasesOf(rule: RankRule, { recover: method }: LowRankOptions, context: Context): Phases {
  const repairs = context.calibration !== undefined && method !== 'off';
  return dividedProgress(context, {
    ...SHARES,
    spectra: rule.kind === 'rank' && !context.drawsFigures ? 0 : SHARES.spectra,
    search: rule.kind === 'auto' ? SHARES.search : 0,
    repair: repairs ? SHARES.repair : 0,
  });
}

/** The samples that the errors of layers are measured on. */
function samplesFor({ metric }: LowRankOptions, { calibration }: Context): Calibration | undefined {
  if (metric === 'data' && calibration === undefined) throw samplesMissing('metric=data');
  return metric === 'weights' ? undefined : calibration;
}

/** The ranks of all layers by the rule. */
async function choose(rule: RankRule, factoring: Factoring, targetsOf: TargetsIn, context: Context): Promise<Choices> {
  const { ladders } = factoring;
  if (rule.kind !== 'auto') {
    const { choices, warnings } = chooseRanks(ladders, rule);
    for (const warning of warnings) context.warn(warning);
    return choices;
  }
  const { calibration } = context;
  if (calibration === undefined) throw samplesMissing('auto');
  return searchByCosine({ factoring, minCosine: rule.minCosine, calibration, targetsIn: targetsOf }, context);
}

/** The layers of a copy that factors are written to, whose costs do not matter. */
function targetsIn(copy: Model, { siteOf, nodes }: FactorizationRequest): SitesByLabel {
  const { sites } = findSites(copy, siteOf, nodes, new ShapeTable());
  return new Map(sites.map((site) => [site.node.label, site]));
}

/**
 * Factors layers of a model in place. Weights are read once for their spectra and once more for the factors; no two are
 * in memory at a time, the factors of all layers are.
 *
 * @throws StepError where a rule needs samples and there are none
 * @throws CancelledError when the signal fires
 */
export async function factorizeModel(
  model: Model,
  request: FactorizationRequest,
  context: Context,
): Promise<StepResult> {
  const { options } = request;
  const rule = ruleOf(options);
  const samples = samplesFor(options, context);
  const phase = phasesOf(rule, options, context);
  const original = model.clone();
  const shapes = await context.shapes.infer(original, context.dims, context.signal);
  const { sites, skipped } = findSites(original, request.siteOf, request.nodes, shapes);
  const shrinkages: Shrinkages = new Map();
  const measures = rule.kind !== 'rank' || context.drawsFigures;
  const targetsOf = (copy: Model) => targetsIn(copy, request);
  const weighs = samples !== undefined && comparesLayers(rule);
  const noise = weighs ? await OutputNoise.of(original, samples, targetsOf, context) : undefined;
  const ladders = measures
    ? await measuredLadders({ model: original, sites, samples, shrinkages }, { ...options, noise }, phase('spectra'))
    : sites.map(unmeasuredLadder);
  const factoring = { original, ladders, samples, shrinkages };
  const choices = await choose(rule, factoring, targetsOf, phase('search'));
  const kept = await factorLayers(factoring, choices, targetsIn(model, request), phase('factors'));
  const repairs = await recover({ original, changed: model }, options.recover, phase('repair'));
  const timed = context.drawsFigures ? [...kept.keys()] : [];
  const times = await layerTimes({ original, changed: model }, timed, context);
  return stepReport({ sites, skipped, ladders, choices, kept, times, repairs, rule }, context);
}
