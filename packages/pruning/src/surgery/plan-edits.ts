import { elementCount, type Node, type Weight } from '@onnx-compress/graph';
import type { Engine, TrackedWeight } from '../axes/engine.js';
import {
  type AttributeRewrite,
  type DropRewrite,
  type GatherRewrite,
  type ListRewrite,
  type OperandRewrite,
  operandType,
  type Rewrite,
  type Survivors,
} from '../axes/rewrites.js';
import type { AttributeEdit, DropEdit, Edit, GatherEdit, OperandEdit, SliceEdit } from './edit.js';
import { declarationEdits } from './plan-declarations.js';
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
  const wanted = key(first);
  const alike = slices.length === weight.value.uses.length && slices.every((own) => key(own) === wanted);
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
  return [operandEdit(engine, node, operand, values)];
}

function operandEdit(engine: Engine, node: Node, input: number, values: readonly number[]): OperandEdit {
  const value = node.input(input);
  const type = value && engine.types.get(value);
  const shape = value?.weight?.tensor.dims ?? (type?.dims?.length === 0 ? [] : undefined);
  const dims = shape !== undefined && elementCount(shape) === values.length ? shape : [values.length];
  return { kind: 'operand', node, input, values, dims, dataType: operandType(type?.dataType) ?? 'int64' };
}

function listEdits(engine: Engine, { node, input, after }: ListRewrite, removal: Removal, none: Removal): Edit[] {
  const values = after(removal);
  return String(values) === String(after(none)) ? [] : [operandEdit(engine, node, input, values)];
}

function gatherEdits({ node, axis, replaces, after }: GatherRewrite, removal: Removal): readonly GatherEdit[] {
  const indices = after(removal);
  return indices === undefined ? [] : [{ kind: 'gather', node, axis, indices, replaces }];
}

function dropEdits({ node, input, axis }: DropRewrite, removal: Removal, none: Removal): readonly DropEdit[] {
  return removal.count(axis) === none.count(axis) ? [] : [{ kind: 'drop', node, input }];
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
  const rewritten = (rewrite: Rewrite): readonly Edit[] => {
    switch (rewrite.kind) {
      case 'operand':
        return operandEdits(engine, rewrite, removal, none);
      case 'attribute':
        return attributeEdits(rewrite, removal, none);
      case 'list':
        return listEdits(engine, rewrite, removal, none);
      case 'gather':
        return gatherEdits(rewrite, removal);
      case 'drop':
        return dropEdits(rewrite, removal, none);
    }
  };
  const rewrites = [...engine.rewrites.all()].flatMap(rewritten);
  return [...slices(engine, removal), ...rewrites, ...declarationEdits(engine, removal, none)];
}
