import { type Axis, type Factor, fixedAxis } from '../axes/axis.js';
import * as reasons from '../reasons.js';
import type { SizeEntry } from '../sizes/size-entry.js';
import type { Operation, Rule } from './operation.js';

/** Positions that padding inserts: all alike, so that any of them may go; the amount follows those that are left. */
function inserted(op: Operation, amount: SizeEntry): Int32Array {
  const atoms = op.dependencies.atoms.fresh(amount.value ?? 0);
  if (atoms.length > 0) op.follow(amount, [{ size: atoms.length, atoms }]);
  return atoms;
}

function padded(op: Operation, factor: Factor, amounts: readonly (SizeEntry | undefined)[], index: number): Axis {
  const [before, after] = amounts;
  const grows = (before?.value ?? -1) >= 0 && (after?.value ?? -1) >= 0;
  const constant = op.node.string('mode', 'constant') === 'constant';
  if (factor.atoms === undefined || !before || !after || !grows || !constant) {
    op.pin([factor], grows ? reasons.padsChannels(op.node) : reasons.changesLength(op.node));
    return op.fixedOutput(index);
  }
  const atoms = Int32Array.from([...inserted(op, before), ...factor.atoms, ...inserted(op, after)]);
  return [{ size: atoms.length, atoms }];
}

/** Pad: axes without padding stay, a padded axis has new positions at both ends. */
export const pad: Rule = (op) => {
  const data = op.input(0);
  const pads = op.integers(op.node.hasAttribute('paddings') ? 'paddings' : 'pads', 1);
  const listed = op.has('axes', 3) ? op.integers('axes', 3)?.map(({ value }) => value) : [...data.keys()];
  const count = listed?.length ?? 0;
  const follows = new Set<SizeEntry>();
  const result = data.map((axis, index) => {
    const at = listed?.findIndex((value) => value === index || value === index - data.length);
    if (at !== undefined && at < 0) return axis;
    const amounts = at === undefined ? [] : [pads?.[at], pads?.[at + count]];
    if (amounts.length > 0 && amounts.every((amount) => amount?.value === 0)) return axis;
    const factor = op.dependencies.flatten(axis);
    if (factor.atoms === undefined) return op.fixedOutput(index);
    for (const amount of amounts) if (amount !== undefined) follows.add(amount);
    return padded(op, factor, amounts, index);
  });
  for (const entry of pads ?? []) {
    const fixed = fixedAxis(entry.value, reasons.padsChannels(op.node));
    if (entry.sources.length > 0 && !follows.has(entry)) op.follow(entry, fixed);
  }
  return [result];
};
