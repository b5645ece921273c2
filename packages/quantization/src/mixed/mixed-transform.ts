import {
  type Context,
  dividedProgress,
  type NodeSelection,
  type StepResult,
  type Technique,
  type Transform,
} from '@onnx-compress/core';
import type { Model } from '@onnx-compress/graph';
import { OutputReference } from '@onnx-compress/recovery';
import { nothingToMix, optionNeedsSamples } from '../messages.js';
import { type Format, formatsOf } from './format.js';
import { groupsOf } from './groups-of.js';
import { withinLatency } from './latency/within-latency.js';
import { mixedResult } from './mixed-report.js';
import { type Limit, limitOf, type MixedOptions } from './options.js';
import { problemOf } from './problem.js';
import { sensitivities } from './sensitivity/sensitivities.js';
import { smallestAbove } from './smallest-above.js';
import { tryFormats } from './try-formats.js';
import { asGiven, type Outcome, type Workbench, withinBytes, withinOperations } from './within-limit.js';

/** What is asked of a run. */
interface Request {
  readonly options: MixedOptions;
  readonly limit: Limit;
  readonly formats: readonly Format[];
  readonly nodes: NodeSelection;
}

/** How long the parts take, compared to each other. */
const SHARES = { formats: 4, sensitivity: 3, assignment: 4 };

/**
 * Gives each layer one of several formats so that the outputs lose least within a limit, by an exact assignment over
 * what each format does to each layer alone; then lets the techniques of the formats write their layers.
 *
 * @param techniques those that formats are made of
 * @throws UsageError where a format is not known
 */
export function mixedTransform(
  options: MixedOptions,
  nodes: NodeSelection,
  techniques: readonly Technique[],
): Transform {
  const limit = limitOf(options);
  const request = { options, limit, formats: formatsOf(options.formats, limit.kind, techniques), nodes };
  return { name: 'quant mixed', exact: false, run: (model, context) => mix(model, request, context) };
}

function requireSamples({ minSnr, sensitivity }: MixedOptions, { calibration }: Context): void {
  if (calibration !== undefined) return;
  if (minSnr !== undefined) throw optionNeedsSamples('min-snr');
  if (sensitivity === 'output' || sensitivity === 'gram') throw optionNeedsSamples(`sensitivity=${sensitivity}`);
}

function search(bench: Workbench, limit: Limit, reference: OutputReference | undefined): Promise<Outcome> {
  switch (limit.kind) {
    case 'bytes':
      return withinBytes(bench, limit.most);
    case 'bops':
      return withinOperations(bench, limit.most);
    case 'bops-part':
      return withinOperations(bench, limit.part * bench.problem.before);
    case 'latency':
      return withinLatency(bench, limit.part);
    case 'layers':
      return asGiven(bench, limit.formats);
    case 'snr':
      if (reference === undefined) throw optionNeedsSamples('min-snr');
      return smallestAbove(bench, reference, limit.least);
  }
}

async function mix(model: Model, { options, limit, formats, nodes }: Request, context: Context): Promise<StepResult> {
  requireSamples(options, context);
  const phase = dividedProgress(context, SHARES);
  const choosesIntegers = options.sensitivity !== 'weights';
  const trials = await tryFormats(model, formats, { nodes, choosesIntegers }, phase('formats'));
  const groups = groupsOf(trials);
  if (groups.length === 0) throw nothingToMix();
  const { layers, by } = await sensitivities(model, groups, options.sensitivity, phase('sensitivity'));
  const problem = await problemOf({ model, groups: layers, trials }, limit, context);
  const { calibration } = context;
  const reference = calibration && (await OutputReference.of(model, calibration, context));
  const outcome = await search({ model, formats, problem, context: phase('assignment') }, limit, reference);
  const likeness = await reference?.compare(outcome.composition.model, context);
  for (const warning of outcome.composition.warnings) context.warn(warning);
  model.adopt(outcome.composition.model);
  return mixedResult({ limit, problem, by, outcome, snrDb: likeness?.snrDb });
}
