import type { Value } from '@onnx-compress/graph';
import type { KernelTimes } from './kernel-times.js';
import { producerOf, type Unit, type Units } from './unit.js';

const POOLS: ReadonlySet<string> = new Set(['GlobalAveragePool', 'ReduceMean']);

/** Units that a branch may have between its mean and its product. */
const LONGEST = 16;

/**
 * The units of squeeze-and-excite branches (Hu et al. 2018): a mean over the image, small layers, and the product of
 * their result with all channels, which a rounded factor would scale as a whole.
 */
export function gatedChannels(units: Units, times: KernelTimes): ReadonlySet<Unit> {
  const gated = new Set<Unit>();
  for (const unit of units.all) {
    if (unit.node.opType !== 'Mul') continue;
    for (const branch of gatesOf(unit, units, times)) for (const member of [unit, ...branch]) gated.add(member);
  }
  return gated;
}

function gatesOf({ node, inputs }: Unit, units: Units, times: KernelTimes): readonly (readonly Unit[])[] {
  const whole = times.elements(node.output(0));
  const small = inputs.filter((value) => times.elements(value) < whole);
  return small.map((value) => branchTo(value, units)).filter((branch) => branch !== undefined);
}

/** The units from a mean to a value; undefined where there is no mean nearby. */
function branchTo(value: Value, units: Units): readonly Unit[] | undefined {
  const branch = new Set<Unit>();
  const waiting = [value];
  let isPooled = false;
  for (const next of waiting) {
    const unit = producerOf(next, units);
    if (unit === undefined || branch.size >= LONGEST) return undefined;
    branch.add(unit);
    if (POOLS.has(unit.node.opType)) isPooled = true;
    else waiting.push(...unit.inputs);
  }
  return isPooled ? [...branch] : undefined;
}
