import { type Axis, axisSize } from '../axes/axis.js';
import * as reasons from '../reasons.js';
import { type Heads, rewriteHeads, splitHeads, withHeadSize } from './fused-heads.js';
import type { Axes, Operation, Rule } from './operation.js';

/** Ties the heads of the four-dimensional operands and of mask and cache; each key head serves several query heads. */
function tieOthers(op: Operation, queries: Axis, keys: Axis): void {
  const mask = op.inputs[3];
  if (mask !== undefined && mask.length > 2) op.broadcast([queries, mask.at(-3)]);
  for (const cache of [op.inputs[4], op.inputs[5]]) if (cache?.[1] !== undefined) op.unify(keys, cache[1]);
}

/** Writes the scale that head sizes gave until now, once channels of the heads go. */
function keepScale(op: Operation, size: Axis): void {
  const before = axisSize(size);
  if (op.node.hasAttribute('scale') || before === undefined) return;
  op.rewriteAttribute('scale', (survivors) =>
    survivors.count(size) === before ? undefined : { float: 1 / Math.sqrt(before) },
  );
}

function furtherOutputs(op: Operation, keys: Axis, queries: Axis): Axes[] {
  return op.node.outputs.slice(1).map((_, index) => {
    const heads = index === 2 ? queries : keys;
    const dims = op.outputDims(index + 1) ?? [];
    return dims.map((_size, axis) => (axis === 1 ? heads : op.fixedOutput(axis, index + 1)));
  });
}

/** Operands [batch, heads, length, size]: heads and channels of heads are axes of their own. */
function separateHeads(op: Operation): readonly Axes[] {
  const [batch = [], queries = [], length = [], size = []] = op.input(0);
  const [, keys = [], , keySize = []] = op.input(1);
  const [, values = [], , valueSize = []] = op.input(2);
  op.unify(keys, values);
  op.unify(size, keySize);
  keepScale(op, size);
  if (axisSize(queries) === axisSize(keys)) op.unify(queries, keys);
  else tieGroups(op, queries, keys);
  op.dependencies.splits.markBatch(queries);
  op.dependencies.splits.markBatch(keys);
  for (const cache of [op.inputs[4]?.[3], op.inputs[5]?.[3]]) op.pin(cache, reasons.fixedHeads(op.node));
  if (op.node.outputs.length > 1) for (const axis of [size, valueSize]) op.pin(axis, reasons.fixedHeads(op.node));
  tieOthers(op, queries, keys);
  return [[batch, queries, length, valueSize], ...furtherOutputs(op, keys, queries)];
}

function tieGroups(op: Operation, queries: Axis, keys: Axis): void {
  const grouped = splitHeads(op, queries, axisSize(keys) ?? 1);
  if (grouped === undefined) op.pin(queries, reasons.fixedHeads(op.node));
  op.unify(keys, grouped?.heads ?? queries);
}

/** Operands [batch, length, heads x size]: whole heads go. */
function joinedHeads(op: Operation): readonly Axes[] {
  const [batch = [], length = []] = op.input(0);
  const [count, shared] = [op.node.int('q_num_heads', 1), op.node.int('kv_num_heads', 1)];
  const heads = [0, 1, 2].map((input) => splitHeads(op, op.input(input)[2] ?? [], shared));
  const [queries, keys, values] = heads;
  if (queries === undefined || keys === undefined || values === undefined)
    return op.refuse(reasons.fixedHeads(op.node));
  op.unify(queries.heads, keys.heads);
  op.unify(queries.heads, values.heads);
  const perKey = count / shared;
  tieOthers(op, withHeadSize(queries, perKey), keys.heads);
  rewriteHeads(op, 'q_num_heads', queries, perKey);
  rewriteHeads(op, 'kv_num_heads', keys);
  const output: Heads = queries;
  return [
    [batch, length, withHeadSize(output, values.size * perKey)],
    ...furtherOutputs(op, keys.heads, withHeadSize(queries, perKey)),
  ];
}

/** Attention: softmax(scale Q K' + mask) V; the scale keeps the value that the original head size gives it. */
export const attention: Rule = (op) => (op.input(0).length === 4 ? separateHeads(op) : joinedHeads(op));
