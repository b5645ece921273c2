import { type Axis, axisSize, fixedAxis } from '../axes/axis.js';
import * as reasons from '../reasons.js';
import { cutParts, type Heads, rewriteHeads, splitHeads, withHeadSize } from './fused-heads.js';
import type { Axes, Operation, Rule } from './operation.js';

/** Ties axis 1 of values [batch, heads, ...], or the given one, to the heads. */
function tieHeads(op: Operation, { heads }: Heads, values: readonly (Axes | undefined)[], axis = 1): void {
  for (const value of values) if (value !== undefined) op.broadcast([heads, value[axis]]);
}

/** Axes of further outputs, whose axis `axis` counts heads. */
function cacheOutput(op: Operation, output: number, heads: Axis, axis = 1): Axes {
  const dims = op.outputDims(output) ?? [];
  return dims.map((_, index) => (index === axis ? heads : op.fixedOutput(index, output)));
}

function partSizes(op: Operation, columns: Axis): readonly number[] {
  const sizes = op.node.ints('qkv_hidden_sizes');
  const third = (axisSize(columns) ?? 0) / 3;
  return sizes?.length === 3 ? sizes : [third, third, third];
}

/** com.microsoft Attention: the weight makes queries, keys and values at once; heads go from all three. */
export const packedAttention: Rule = (op) => {
  const [data, weight, bias] = [op.input(0), op.input(1), op.inputs[2]];
  const [batch = [], sequence = [], channels = []] = data;
  const [rows = [], columns = []] = weight;
  const count = op.node.int('num_heads', 1);
  op.unify(channels, rows);
  op.produces(1, columns);
  if (bias?.[0] !== undefined) op.unify(bias[0], columns);
  const sizes = partSizes(op, columns);
  const parts = cutParts(op, columns, sizes)?.map((part) => splitHeads(op, part, count));
  const [queries, keys, values] = parts ?? [];
  if (queries === undefined || keys === undefined || values === undefined)
    return op.refuse(reasons.fixedHeads(op.node));
  op.unify(queries.heads, keys.heads);
  op.unify(queries.heads, values.heads);
  tieHeads(op, queries, [op.inputs[5]]);
  tieHeads(op, queries, [op.inputs[4]], 2);
  rewriteHeads(op, 'num_heads', queries);
  if (op.node.hasAttribute('qkv_hidden_sizes')) {
    const perHead = sizes.map((size) => size / count);
    op.rewriteAttribute('qkv_hidden_sizes', (survivors) => ({
      ints: perHead.map((size) => survivors.count(queries.heads) * size),
    }));
  }
  return [[batch, sequence, withHeadSize(values, values.size)], cacheOutput(op, 1, queries.heads, 2)];
};

/** Heads of an operand: [batch, length, heads x size], [batch, length, heads, ...] or [batch, heads, length, size]. */
function operandHeads(op: Operation, axes: Axes, count: number): Heads | undefined {
  if (axes.length === 3) return splitHeads(op, axes[2] ?? [], count);
  return splitHeads(op, axes[axes.length === 5 ? 2 : 1] ?? [], count);
}

/** Channels of one head of the values: of the third operand, of queries that pack all three, of keys that pack two. */
function valueSize(op: Operation, count: number): number | undefined {
  const source = op.inputs[2] ?? op.inputs[1] ?? op.inputs[0];
  const last = axisSize(source?.at(-1) ?? []);
  return last === undefined || source?.length !== 3 ? last : last / count;
}

/** com.microsoft MultiHeadAttention: heads go from queries, keys, values, bias and cache. */
export const multiHeadAttention: Rule = (op) => {
  const [batch = [], length = []] = op.input(0);
  const count = op.node.int('num_heads', 1);
  const operands = [0, 1, 2].flatMap((input) => {
    const axes = op.inputs[input];
    return axes === undefined ? [] : [operandHeads(op, axes, count)];
  });
  const known = operands.filter((heads) => heads !== undefined);
  const [first] = known;
  const size = valueSize(op, count);
  if (first === undefined || size === undefined || known.length < operands.length) {
    return op.refuse(reasons.fixedHeads(op.node));
  }
  for (const { heads } of known) op.unify(first.heads, heads);
  tieBias(op, first, count, size);
  tieHeads(op, first, [op.inputs[5], op.inputs[6], op.inputs[7]]);
  rewriteHeads(op, 'num_heads', first);
  const caches = op.node.outputs.slice(1).map((_, index) => cacheOutput(op, index + 1, first.heads));
  return [[batch, length, withHeadSize(first, size)], ...caches];
};

/** The bias of MultiHeadAttention holds those of queries, keys and values in a row. */
function tieBias(op: Operation, { heads }: Heads, count: number, valueSize: number): void {
  const bias = op.inputs[3]?.[0];
  const total = axisSize(bias ?? []);
  if (bias === undefined || total === undefined) return;
  const values = count * valueSize;
  const other = (total - values) / 2;
  for (const part of cutParts(op, bias, [other, other, values]) ?? [bias]) {
    const own = splitHeads(op, part, count);
    if (own === undefined) op.pin(part, reasons.fixedHeads(op.node));
    else op.unify(heads, own.heads);
  }
}

/** Queries, keys and values of GroupQueryAttention, which may lie in a row in the first operand. */
function groupedOperands(op: Operation, heads: number, shared: number): readonly (Axis | undefined)[] {
  const queries = op.input(0).at(-1) ?? [];
  if (op.inputs[1] !== undefined) return [queries, op.inputs[1].at(-1), op.inputs[2]?.at(-1)];
  const size = (axisSize(queries) ?? 0) / (heads + 2 * shared);
  return cutParts(op, queries, [heads * size, shared * size, shared * size]) ?? [];
}

/** com.microsoft GroupQueryAttention: a head of keys and values goes with all heads of queries that share it. */
export const groupQueryAttention: Rule = (op) => {
  const [batch = [], length = []] = op.input(0);
  const [count, shared] = [op.node.int('num_heads', 1), op.node.int('kv_num_heads', 1)];
  const axes = groupedOperands(op, count, shared);
  const [queries, keys, values] = axes.map((axis) => axis && splitHeads(op, axis, shared));
  if (queries === undefined || keys === undefined || values === undefined || op.inputs[11] !== undefined) {
    return op.refuse(reasons.fixedHeads(op.node));
  }
  op.unify(queries.heads, keys.heads);
  op.unify(queries.heads, values.heads);
  tieHeads(op, keys, [op.inputs[3], op.inputs[4]]);
  if (axisSize(op.inputs[10]?.[1] ?? fixedAxis(1, '')) !== 1) op.pin(keys.heads, reasons.fixedHeads(op.node));
  rewriteHeads(op, 'num_heads', queries, count / shared);
  rewriteHeads(op, 'kv_num_heads', keys);
  const caches = op.node.outputs.slice(1).map((_, index) => cacheOutput(op, index + 1, keys.heads));
  return [[batch, length, withHeadSize(queries, values.size * (count / shared))], ...caches];
};
