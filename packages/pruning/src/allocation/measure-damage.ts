import { type Calibration, type Context, throwIfAborted } from '@onnx-compress/core';
import type { Model, Node } from '@onnx-compress/graph';
import {
  type LinearLayer,
  type RefitMethod,
  type Replacement,
  type SampledLayer,
  withoutColumns,
} from '@onnx-compress/recovery';
import type { Prunable } from '../analysis/prunable.js';
import { meansSource } from '../constants/means-source.js';
import type { StructuredOptions } from '../criteria/options.js';
import type { ScoredGroup } from '../selection/decision.js';
import type { Cut } from '../selection/shrinking-group.js';
import { type FindPrunable, prunedCopy } from '../surgery/pruned-copy.js';
import { type DamagePoint, damageCurve } from './damage-curve.js';
import type { Judge } from './judge.js';
import { eachSampledSite } from './sampled-sites.js';
import { columnsOf, type Site, sitesOf } from './site.js';
import { variantOf } from './variant.js';

/** Damage from which on more of it makes no difference, and smaller cuts are not measured. */
const HOPELESS = 1;

/** What a measurement works with. */
export interface Measuring {
  readonly judge: Judge;
  /** Samples to refit layers on; the judge has others. */
  readonly fitting: Calibration;
  readonly options: StructuredOptions;
  readonly find: FindPrunable;
}

/** The model whose groups are measured. */
export interface Subject {
  readonly model: Model;
  readonly prunable: Prunable;
  readonly scored: readonly ScoredGroup[];
  /** What it does to the outputs as it is. */
  readonly damage: number;
}

type Sampled = (layer: LinearLayer) => SampledLayer;

/** The model will be repaired in the same way. */
const refitMethod = ({ recover }: StructuredOptions): RefitMethod =>
  recover === 'off' || recover === 'mean' ? 'mean' : 'least-squares';

/** A model that is cut at one site in effect, with the layers behind it refitted. */
async function muted(model: Model, site: Site, cut: Cut, sampled: Sampled, work: Measuring, context: Context) {
  const replacements = new Map<Node, Replacement>();
  for (const consumer of site.consumers ?? []) {
    const gone = columnsOf(site, consumer, cut);
    const replacement = await withoutColumns(sampled(consumer.layer), gone, refitMethod(work.options), context);
    replacements.set(consumer.layer.node, replacement);
  }
  return variantOf(model, replacements);
}

/** A model that is really cut at one site, with the means of what goes in the biases behind. */
function cutOut(model: Model, { scored: { group } }: Site, { units }: Cut, work: Measuring, context: Context) {
  const decision = { group, units, reason: undefined };
  const sampling = { ...context, calibration: work.fitting };
  return prunedCopy(model, [decision], work.find, (of, { engine }) =>
    meansSource(of, engine.types, work.options.constants, sampling),
  );
}

/** Cut by cut what a site does to the outputs, until that is hopeless. */
async function pointsOf(site: Site, sampled: Sampled, subject: Subject, work: Measuring, context: Context) {
  const { model, damage: before } = subject;
  const points: DamagePoint[] = [];
  for (const [index, cut] of site.cuts.entries()) {
    context.progress(index, site.cuts.length, site.label);
    throwIfAborted(context.signal);
    const variant = await (site.consumers === undefined
      ? cutOut(model, site, cut, work, context)
      : muted(model, site, cut, sampled, work, context));
    const damage = (await work.judge.damageOf(variant, context)) - before;
    points.push([cut.kept, damage]);
    if (damage > HOPELESS) break;
  }
  return points;
}

/**
 * Measures what each group alone does to the outputs, in a model with some cuts of it and the layers behind refitted: the
 * scored groups with their curves.
 *
 * @throws CancelledError when the signal fires
 */
export async function measureDamage(
  subject: Subject,
  work: Measuring,
  context: Context,
): Promise<readonly ScoredGroup[]> {
  const { model, prunable, scored } = subject;
  const sites = sitesOf(prunable, scored, work.options);
  const total = sites.reduce((sum, { cuts }) => sum + cuts.length, 0);
  const curves = new Map<ScoredGroup, ScoredGroup>();
  let done = 0;
  const measure = async (site: Site, sampled: Sampled) => {
    const progress: Context['progress'] = (own, _, label) => context.progress(done + own, total, label);
    const points = await pointsOf(site, sampled, subject, work, { ...context, progress });
    const damage = damageCurve(site.scored.group.units.length, points);
    curves.set(site.scored, { ...site.scored, damage });
    done += site.cuts.length;
    context.progress(done, total);
  };
  const onSample = () => context.progress(done, total, 'samples');
  await eachSampledSite(model, prunable.engine, sites, { ...context, calibration: work.fitting, onSample }, measure);
  return scored.map((group) => curves.get(group) ?? group);
}
