import { behindLastLayer, firstLayer, gatesChannels, onlyLargest, outputLayer } from '../../messages.js';
import { Downstream } from './downstream.js';
import { gatedChannels } from './gated-channels.js';
import type { KernelTimes } from './kernel-times.js';
import type { Unit, Units } from './unit.js';

/** The region of the last large layer ends where less than this part of all multiply-accumulates lies ahead. */
const TAIL_SHARE = 0.02;

/** A layer whose results are those of the model is quantized only if it and what follows do this part of the work. */
const HEAD_SHARE = 0.1;

/**
 * Units that stay in floats whatever they would gain, for what their rounding does to the outputs; with the reason.
 *
 * @param strict false to leave alone only what would spoil the outputs.
 */
export function keptInFloat(units: Units, times: KernelTimes, strict: boolean): ReadonlyMap<Unit, string> {
  const reasons = new Map<Unit, string>();
  const downstream = new Downstream(units);
  const gated = gatedChannels(units, times);
  const total = macsOf(units.all, times);
  for (const unit of units.all) {
    const share = macsOf(downstream.layers(unit), times) / Math.max(total, 1);
    const isConvolution = unit.layer !== undefined && unit.layer !== 'product';
    if (share < TAIL_SHARE) reasons.set(unit, behindLastLayer());
    else if (gated.has(unit)) reasons.set(unit, gatesChannels());
    else if (!strict) continue;
    else if (isConvolution && downstream.isPicked(unit)) reasons.set(unit, onlyLargest());
    else if (unit.layer === 'stem') reasons.set(unit, firstLayer());
    else if (isConvolution && downstream.isDirect(unit) && share < HEAD_SHARE) reasons.set(unit, outputLayer());
  }
  return reasons;
}

function macsOf(units: Iterable<Unit>, times: KernelTimes): number {
  let sum = 0;
  for (const unit of units) if (unit.layer !== undefined) sum += times.macs(unit);
  return sum;
}
