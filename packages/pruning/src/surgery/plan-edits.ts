import type { Weight } from '@onnx-compress/graph';
import type { Engine, TrackedWeight } from '../axes/engine.js';
import type { AttributeRewrite, OperandRewrite, Survivors } from '../axes/rewrites.js';
import type { AttributeEdit, Edit, OperandEdit, SliceEdit } from './edit.js';
import { Removal } from './removal.js';

function slicesOf({ weight, axes, reader }: TrackedWeight, removal: Removal): readonly SliceEdit[] {
  return axes.flatMap(([factor], axis) => {
    const removed = factor?.atoms ? removal.removed(factor.atoms) : [];
    if (factor?.atoms === undefined || removed.length === 0) return [];
    return [{ kind: 'slice' as const, weight, axis, keep: removal.kept(factor.atoms), removed, reader }];
  });
}

/** The slices of all readers of a weight as one, where every use of the weight wants the same. */
function sharedSlices(weight: Weight, slices: readonly (readonly SliceEdit[])[]): readonly SliceEdit[] {
  const [first = []] = slices;
  const key = (own: readonly SliceEdit[]) => JSON.stringify(own.map(({ axis, keep }) => [axis, keep]));
  const alike = slices.length === weight.value.uses.length && slices.every((own) => key(own) === key(first));
  return alike ? first.map((slice) => ({ ...slice, reader: undefined })) : slices.flat();
}

function slices(engine: Engine, removal: Removal): readonly SliceEdit[] {
  const shared = new Map<Weight, (readonly SliceEdit[])[]>();
  const own: SliceEdit[] = [];
  for (const tracked of engine.weights) {
    const edits = slicesOf(tracked, removal);
    if (tracked.reader === undefined) own.push(...edits);
    else shared.set(tracked.weight, [...(shared.get(tracked.weight) ?? []), edits]);
  }
  return [...own, ...[...shared].flatMap(([weight, edits]) => sharedSlices(weight, edits))];
}

function operandValues({ before, after }: OperandRewrite, survivors: Survivors): readonly number[] {
  return before.map((value, index) => after.get(index)?.(survivors) ?? value ?? Number.NaN);
}

function operandEdits(engine: Engine, rewrite: OperandRewrite, removal: Removal, none: Removal): readonly Edit[] {
  const { node, operand } = rewrite;
  const values = operandValues(rewrite, removal);
  const before = operandValues(rewrite, none);
  const recomputed = rewrite.sources.some((source) => removal.count(source) !== none.count(source));
  if (!recomputed && values.every((value, index) => value === before[index])) return [];
  if (typeof operand === 'string') return [{ kind: 'attribute', node, name: operand, value: { ints: values } }];
  const value = node.input(operand);
  const dataType = value && engine.types.get(value)?.dataType === 'int32' ? 'int32' : 'int64';
  const edit: OperandEdit = { kind: 'operand', node, input: operand, values, dataType };
  return [edit];
}

function attributeEdits({ node, name, after }: AttributeRewrite, removal: Removal, none: Removal): readonly Edit[] {
  const value = after(removal);
  if (JSON.stringify(value) === JSON.stringify(after(none))) return [];
  const edit: AttributeEdit = { kind: 'attribute', node, name, value };
  return [edit];
}

/**
 * Everything that has to change when these units go: slices of weights, and the numbers that follow axis lengths.
 *
 * @param units representative atoms of the units to remove
 */
export function planEdits(engine: Engine, units: readonly number[]): readonly Edit[] {
  const removal = new Removal(engine.dependencies.atoms, units);
  const none = new Removal(engine.dependencies.atoms, []);
  const rewrites = [...engine.rewrites.all()].flatMap((rewrite) =>
    rewrite.kind === 'operand' ? operandEdits(engine, rewrite, removal, none) : attributeEdits(rewrite, removal, none),
  );
  return [...slices(engine, removal), ...rewrites];
}
