import { type Calibration, type Context, dividedProgress, throwIfAborted } from '@onnx-compress/core';
import type { Model } from '@onnx-compress/graph';
import { OutputReference } from '@onnx-compress/recovery';
import { type Int8Outcome, type Int8Request, Int8Run, type Precision } from '../int8-run.js';
import { layersByWeight } from './shared-weights.js';

/** What a search for the layers that lose too much found. */
export interface Fallback {
  /** Precision of the layers that are not computed on integers any more. */
  readonly lowered: ReadonlyMap<string, Precision>;
  /** Signal-to-noise ratio of the outputs in dB, with all layers quantized and with what was found. */
  readonly snrBefore: number;
  readonly snrAfter: number;
}

/** What is tried, one after the other. */
interface Trials {
  readonly model: Model;
  readonly request: Int8Request;
  readonly reference: OutputReference;
  readonly context: Context;
}

type Rule = (label: string) => Precision;

/** Quantizes a copy; biases stay, which takes most of the time and changes little. */
async function attempt(
  { model, request, context }: Trials,
  rule: Rule,
): Promise<{ copy: Model; outcome: Int8Outcome }> {
  throwIfAborted(context.signal);
  const copy = model.clone();
  const options = { ...request.options, biasCorrection: 'off' as const };
  const precision = (label: string) => (request.precision(label) === 'float' ? 'float' : rule(label));
  const quiet = { ...context, progress: () => {}, warn: () => {}, drawsFigures: false };
  const outcome = await new Int8Run({ ...request, options, precision }, quiet).apply(copy);
  return { copy, outcome };
}

async function snrUnder(trials: Trials, rule: Rule): Promise<number> {
  const { copy } = await attempt(trials, rule);
  return (await trials.reference.compare(copy, trials.context)).snrDb;
}

/** Layers that are taken back by one step, and the noise that this takes from the outputs, relative to their energy. */
interface Move {
  readonly labels: readonly string[];
  readonly to: 'weights' | 'float';
  readonly gain: number;
}

/** What some layers alone do to the outputs at a precision, all others in floats: noise relative to their energy. */
async function noiseOf(trials: Trials, layers: readonly string[], precision: Precision): Promise<number> {
  const rule = (label: string) => (layers.includes(label) ? precision : 'float');
  return 10 ** (-(await snrUnder(trials, rule)) / 10);
}

/** What the rounding of float32 alone does; layers below it are not reached by the samples, as in a branch not taken. */
const LEAST_GAIN = 1e-14;

/** All steps by which layers can be taken back, those that take most noise first; layers that share weights together. */
async function movesOf(
  trials: Trials,
  groups: readonly (readonly string[])[],
  context: Context,
): Promise<readonly Move[]> {
  const moves: Move[] = [];
  for (const [index, labels] of groups.entries()) {
    const [integers, weights] = [await noiseOf(trials, labels, 'integers'), await noiseOf(trials, labels, 'weights')];
    moves.push({ labels, to: 'weights', gain: integers - weights }, { labels, to: 'float', gain: weights });
    context.progress(index + 1, groups.length, labels[0]);
  }
  return moves.filter(({ gain }) => gain > LEAST_GAIN).sort((first, second) => second.gain - first.gain);
}

/** The precision of the layers that moves are made with. */
function loweredBy(moves: readonly Move[]): ReadonlyMap<string, Precision> {
  const lowered = new Map<string, Precision>();
  for (const { labels, to } of moves) {
    for (const label of labels) if (lowered.get(label) !== 'float') lowered.set(label, to);
  }
  return lowered;
}

/** The fewest of the first moves with which the outputs are close enough; all of them where that is not enough. */
async function fewest(trials: Trials, moves: readonly Move[], minSnr: number) {
  const reached = async (count: number) => {
    const lowered = loweredBy(moves.slice(0, count));
    return { lowered, snr: await snrUnder(trials, (label) => lowered.get(label) ?? 'integers') };
  };
  let [tooFew, enough] = [0, moves.length];
  let best = await reached(enough);
  while (best.snr >= minSnr && enough - tooFew > 1) {
    const middle = Math.floor((tooFew + enough) / 2);
    const tried = await reached(middle);
    if (tried.snr >= minSnr) [enough, best] = [middle, tried];
    else tooFew = middle;
  }
  return best;
}

/**
 * Finds the layers that have to return to higher precision so that the outputs reach a signal-to-noise ratio on the
 * samples: to quantized weights only, or to floats, step by step in the order of what each step gains.
 *
 * @throws CancelledError when the signal fires
 */
export async function findFallback(
  model: Model,
  request: Int8Request,
  minSnr: number,
  context: Context & { readonly calibration: Calibration },
): Promise<Fallback> {
  const phase = dividedProgress(context, { first: 1, alone: 6, together: 2 });
  const reference = await OutputReference.of(model, context.calibration, context);
  const trials = { model, request, reference, context };
  const { copy, outcome } = await attempt(trials, () => 'integers');
  const { snrDb: snrBefore } = await reference.compare(copy, context);
  if (snrBefore >= minSnr) return { lowered: new Map(), snrBefore, snrAfter: snrBefore };
  const layers = layersByWeight(outcome.changed);
  const { lowered, snr } = await fewest(trials, await movesOf(trials, layers, phase('alone')), minSnr);
  return { lowered, snrBefore, snrAfter: snr };
}
