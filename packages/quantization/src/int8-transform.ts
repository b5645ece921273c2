import {
  type Change,
  type Context,
  dividedProgress,
  matchNodes,
  type NodeSelection,
  type StepResult,
  type Transform,
} from '@onnx-compress/core';
import { type Model, Scratch } from '@onnx-compress/graph';
import { type Equalization, equalize } from './equalization/equalize.js';
import { findFallback } from './fallback/auto-fallback.js';
import { weightErrorFigures } from './figures/weight-error.js';
import type { Int8Options } from './int8-options.js';
import { type Int8Outcome, type Int8Request, Int8Run } from './int8-run.js';
import { KnownRanges } from './known-ranges.js';
import { optionNeedsSamples, savesBytesOnly, snrNotReached } from './messages.js';
import type { ScaleRule } from './scale-rule.js';
import { mayBeStatic } from './static-choice.js';
import type { Granularity } from './weight-plan.js';

/** What a scheme is called, and how its weights share scales. */
export interface Int8Scheme {
  readonly name: string;
  readonly granularity: Granularity;
  /** Default int8: symmetric. uint8 has a zero point for each scale, and no integers between the layers. */
  readonly integers?: 'uint8';
  readonly scaleRule?: ScaleRule;
  /** Operators that are taken for as fast on integers as on floats, with or without integer kernels. */
  readonly integerOperators?: ReadonlySet<string>;
}

/**
 * Quantizes a model to integer weights of 8 bits, symmetric unless the scheme says otherwise, and with samples to
 * integers between the layers, where the target runs these faster. Weights are read once for their scales and once more
 * when the model is written; no two are in memory at a time.
 */
export function int8Transform(scheme: Int8Scheme, options: Int8Options, nodes: NodeSelection): Transform {
  return {
    name: `quant ${scheme.name}`,
    exact: false,
    run: (model, context) => quantize(model, requestOf(scheme, options, nodes, context), context),
  };
}

function requestOf(scheme: Int8Scheme, options: Int8Options, nodes: NodeSelection, { target }: Context): Int8Request {
  const { observer, percentile, weightObserver, reduceRange } = options;
  const selected = matchNodes(nodes);
  const { granularity, integers = 'int8', scaleRule, integerOperators } = scheme;
  const isShort = reduceRange === 'on' || (reduceRange === 'auto' && target === 'node-x64-avx2');
  return {
    scheme: scheme.name,
    scaling: { granularity, integers, weightObserver, reduced: integers === 'int8' && isShort },
    options,
    scaleRule,
    integerOperators,
    precision: (label) => (selected(label) ? 'integers' : 'float'),
    ranges: new KnownRanges(observer === 'percentile' ? { kind: observer, percentile } : { kind: observer }),
  };
}

/** What a run without an own or a budget's limit is held to, in dB. */
const DEFAULT_SNR = 25;

/** How long the search for layers that lose too much and scaling channels take, compared to quantizing once. */
const SHARES = { equalization: 0.1, search: 5, run: 1 };

/** The request with the layers that lose too much in higher precision, and what the report says of that. */
async function withFallback(model: Model, request: Int8Request, context: Context) {
  const { autoFallback, minSnr = DEFAULT_SNR } = request.options;
  const { calibration } = context;
  if (!autoFallback || calibration === undefined) return { request, metrics: {} };
  const { lowered, snrBefore, snrAfter } = await findFallback(model, request, minSnr, { ...context, calibration });
  const precision = (label: string) =>
    request.precision(label) === 'float' ? 'float' : (lowered.get(label) ?? 'integers');
  if (snrAfter < minSnr) context.warn(snrNotReached(minSnr, snrAfter));
  const metrics = { minSnr, snrBefore, snrAfter, returned: lowered.size };
  return { request: { ...request, precision }, metrics };
}

/** How channels are scaled; undefined for not at all. The float model stays the same, for all variants of a search too. */
function equalizationOf({ options, scaling }: Int8Request, { calibration }: Context): Equalization | undefined {
  const { equalization } = options;
  if (equalization === 'off') return undefined;
  if (equalization !== 'auto') return equalization;
  const isFree = scaling.granularity === 'per-channel' && mayBeStatic(options, scaling.integers);
  return isFree && calibration !== undefined ? 'free' : undefined;
}

/** Options that cannot do without samples, as a person writes them. */
function optionsForSamples({ activations, equalization, rounding, autoFallback }: Int8Options): readonly string[] {
  return [
    ...(activations === 'static' ? ['activations=static'] : []),
    ...(equalization === 'activations' ? ['equalization=activations'] : []),
    ...(rounding === 'adaptive' ? ['rounding=adaptive'] : []),
    ...(autoFallback ? ['auto-fallback'] : []),
  ];
}

/** What is not done takes no part of the progress; what is done alone is not named. */
function phasesOf(equalizes: boolean, searches: boolean, context: Context): (name: keyof typeof SHARES) => Context {
  if (!equalizes && !searches) return () => context;
  return dividedProgress(context, {
    ...SHARES,
    equalization: equalizes ? SHARES.equalization : 0,
    search: searches ? SHARES.search : 0,
  });
}

async function quantize(model: Model, asked: Int8Request, context: Context): Promise<StepResult> {
  const [needy] = optionsForSamples(asked.options);
  if (needy !== undefined && context.calibration === undefined) throw optionNeedsSamples(needy);
  const equalization = equalizationOf(asked, context);
  const phase = phasesOf(equalization !== undefined, asked.options.autoFallback, context);
  const isTaken = (label: string) => asked.precision(label) !== 'float';
  const equalized = equalization && (await equalize(model, equalization, isTaken, phase('equalization'))).size;
  const { request, metrics } = await withFallback(model, asked, phase('search'));
  const outcome = await new Int8Run(request, phase('run')).apply(model);
  const { changed, skipped, constants, repairs } = outcome;
  warnOfFloats(changed, request.scaling.integers, context);
  return {
    changed,
    skipped: [...skipped, ...constants],
    metrics: { ...metricsOf(outcome), ...(equalized && { equalized }), ...metrics },
    ...(repairs.length > 0 && { repairs }),
    ...(await figuresOf(outcome, context)),
  };
}

/** One warning for all layers whose kernels go on computing in float. */
function warnOfFloats(changed: readonly Change[], integers: string, context: Context): void {
  const floats = changed.filter(({ form, operator }) => form === 'weight-only' && operator !== 'Gather');
  if (floats.length === 0) return;
  const operators = new Set(floats.map(({ operator }) => String(operator)));
  context.warn(savesBytesOnly([...operators], floats.length, integers));
}

function metricsOf({ changed, skipped }: Int8Outcome): StepResult['metrics'] {
  const written = (wanted: string) => changed.filter(({ form }) => form === wanted).length;
  return {
    layers: changed.length + skipped.length,
    quantized: changed.length,
    static: written('static'),
    dynamic: written('dynamic'),
    weightOnly: written('weight-only'),
  };
}

async function figuresOf(
  { quantized }: Int8Outcome,
  { drawsFigures, signal }: Context,
): Promise<Pick<StepResult, 'figures'>> {
  return drawsFigures ? { figures: await weightErrorFigures(quantized, new Scratch(), signal) } : {};
}
