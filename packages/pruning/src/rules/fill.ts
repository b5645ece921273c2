import type { Tensor, Value } from '@onnx-compress/graph';
import { type Axis, fixedAxis } from '../axes/axis.js';
import { MAX_AXIS_LENGTH } from '../axes/engine.js';
import * as reasons from '../reasons.js';
import type { SizeEntry } from '../sizes/size-entry.js';
import type { Operation, Rule } from './operation.js';

/** Operators whose output holds nothing but elements of their first input. */
const REARRANGING = new Set([
  ...['Cast', 'Expand', 'Flatten', 'Gather', 'Identity', 'Reshape', 'Slice', 'Squeeze', 'Tile', 'Transpose'],
  'Unsqueeze',
]);

/** True where a value is known to hold only zeros. */
export function isZero(value: Value | undefined): boolean {
  let current = value;
  while (current?.producer !== undefined && REARRANGING.has(current.producer.opType))
    current = current.producer.input(0);
  if (current?.weight !== undefined) return holdsZeros(current.weight.tensor);
  if (current?.producer?.opType !== 'ConstantOfShape') return false;
  const fill = current.producer.tensor('value');
  return fill === undefined || holdsZeros(fill);
}

/** Large tensors, which are still in the file, count as not zero. */
function holdsZeros({ dataType, inline }: Tensor): boolean {
  return dataType !== 'string' && inline !== undefined && inline.every((byte) => byte === 0);
}

/** An axis along which all positions are alike: as long as its size says, which follows where positions go. */
export function uniformAxis(op: Operation, entry: SizeEntry | undefined, index: number): Axis {
  const size = entry?.value;
  const isLiteral = size !== undefined && size > 1 && size <= MAX_AXIS_LENGTH;
  const axis = entry?.axis ?? (isLiteral ? op.dependencies.fresh(size) : undefined);
  if (axis !== undefined && entry !== undefined) {
    op.follow(entry, axis);
    return axis;
  }
  const fixed = size === undefined ? op.fixedOutput(index) : fixedAxis(size, reasons.spatial(op.node));
  if (entry !== undefined) op.follow(entry, fixed);
  return fixed;
}

/** ConstantOfShape: every axis is as long as its entry of the input says. */
export const constantOfShape: Rule = (op) => {
  const sizes = op.sizes(0);
  const rank = op.outputDims()?.length ?? sizes?.length;
  if (rank === undefined) return op.refuse(reasons.unknownRank(op.node));
  return [Array.from({ length: rank }, (_, index) => uniformAxis(op, sizes?.[index], index))];
};
