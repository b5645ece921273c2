import { type Context, yieldToEventLoop } from '@onnx-compress/core';
import { elementCount } from '@onnx-compress/graph';
import { channelLayout } from '@onnx-compress/math';
import { weightNotFinite } from '../messages.js';
import * as reasons from '../reasons.js';
import { type Amount, readPattern } from './amount.js';
import { cutAt } from './cut.js';
import type { LayerWeight } from './layer-weights.js';
import { type CutMask, type FloatBits, INFINITE, type Mask, visitMasked, WITHOUT_SIGN } from './mask.js';
import { floatBits } from './masked-tensor.js';

/** What to mask: the part or the pattern, and whether the part is that of each weight or of all together. */
export interface MaskOptions {
  readonly amount: Amount;
  readonly scope: 'layer' | 'global';
}

/** A weight with its mask and what that does to it, or why it has none. */
export type MaskChoice =
  | {
      readonly kind: 'masked';
      readonly target: LayerWeight;
      readonly mask: Mask;
      readonly zerosBefore: number;
      readonly zeros: number;
    }
  | { readonly kind: 'left'; readonly target: LayerWeight; readonly reason: string };

async function checkedBits({ node, weight }: LayerWeight, signal: Context['signal']): Promise<FloatBits> {
  await yieldToEventLoop(signal);
  const bits = await floatBits(weight.tensor);
  for (let index = 0; index < bits.length; index++) {
    if (((bits[index] ?? 0) & WITHOUT_SIGN) >= INFINITE) throw weightNotFinite(node.label, weight.name, index);
  }
  return bits;
}

const isZero = (bits: number | undefined) => ((bits ?? 0) & WITHOUT_SIGN) === 0;

/** The mask with its zeros counted. */
function counted(target: LayerWeight, mask: Mask, bits: FloatBits): MaskChoice {
  let zerosBefore = 0;
  for (let index = 0; index < bits.length; index++) if (isZero(bits[index])) zerosBefore++;
  let added = 0;
  visitMasked(bits, mask, (index) => {
    if (!isZero(bits[index])) added++;
  });
  return { kind: 'masked', target, mask, zerosBefore, zeros: zerosBefore + added };
}

const left = (target: LayerWeight, reason: string): MaskChoice => ({ kind: 'left', target, reason });

function patternMask(target: LayerWeight, text: string): Mask | string {
  const { summed, weight } = target;
  const pattern = readPattern(text);
  if (pattern === undefined) throw new RangeError(`${text} is no pattern`);
  if (summed === undefined) return reasons.sharedAlongOtherAxes();
  if (summed.span % pattern.of !== 0) return reasons.noWholeBlocks(summed.span, pattern.of);
  return { kind: 'pattern', ...pattern, layout: channelLayout(weight.tensor.dims, summed.axis) };
}

/** How many of so many weights a part of them is, to the nearest. */
const countOf = (part: number, weights: number) => Math.round(Number((part * weights).toFixed(6)));

/** One weight by itself, which is read once. */
async function maskOne(target: LayerWeight, amount: Amount, signal: Context['signal']): Promise<MaskChoice> {
  if (typeof amount === 'string') {
    const mask = patternMask(target, amount);
    return typeof mask === 'string' ? left(target, mask) : counted(target, mask, await checkedBits(target, signal));
  }
  const bits = await checkedBits(target, signal);
  const count = countOf(amount, bits.length);
  if (count === 0) return left(target, reasons.tooFewWeights(bits.length));
  return counted(target, await cutAt(count, async (visit) => visit(bits)), bits);
}

/** The part of a cut through all weights that falls to one of them; the first ones keep what equals the cut. */
function share(cut: CutMask, bits: FloatBits, keepEqual: number): { readonly mask: CutMask; readonly rest: number } {
  let equal = 0;
  for (let index = 0; index < bits.length; index++) {
    if (((bits[index] ?? 0) & WITHOUT_SIGN) === cut.magnitude) equal++;
  }
  const own = Math.min(equal, keepEqual);
  return { mask: { ...cut, keepEqual: own }, rest: keepEqual - own };
}

/** All weights by one threshold; they are read three times, one at a time. */
async function maskAll(
  targets: readonly LayerWeight[],
  part: number,
  signal: Context['signal'],
): Promise<MaskChoice[]> {
  const total = targets.reduce((sum, { weight }) => sum + elementCount(weight.tensor.dims), 0);
  const count = countOf(part, total);
  if (count === 0) return targets.map((target) => left(target, reasons.tooFewWeights(total)));
  const cut = await cutAt(count, async (visit) => {
    for (const target of targets) visit(await checkedBits(target, signal));
  });
  const choices: MaskChoice[] = [];
  let keepEqual = cut.keepEqual;
  for (const target of targets) {
    const bits = await checkedBits(target, signal);
    const { mask, rest } = share(cut, bits, keepEqual);
    keepEqual = rest;
    choices.push(counted(target, mask, bits));
  }
  return choices;
}

/**
 * Chooses which weights become zero: those of least magnitude, exactly as many as asked for, of equal ones those with
 * the higher index. Holds one weight at a time.
 *
 * @throws StepError for a weight with NaN or infinity
 */
export async function chooseMasks(
  targets: readonly LayerWeight[],
  { amount, scope }: MaskOptions,
  { signal, progress }: Pick<Context, 'signal' | 'progress'>,
): Promise<readonly MaskChoice[]> {
  if (scope === 'global' && typeof amount === 'number') return maskAll(targets, amount, signal);
  const choices: MaskChoice[] = [];
  for (const [index, target] of targets.entries()) {
    progress(index, targets.length, target.node.label);
    choices.push(await maskOne(target, amount, signal));
  }
  if (targets.length > 0) progress(targets.length, targets.length);
  return choices;
}
