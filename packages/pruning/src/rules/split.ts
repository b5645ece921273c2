import { type Axis, axisSize, type FreeFactor, fixedAxis } from '../axes/axis.js';
import type { Survivors } from '../axes/rewrites.js';
import * as reasons from '../reasons.js';
import { literalEntry } from '../sizes/size-entry.js';
import type { Operation, Rule } from './operation.js';

function partSizes(op: Operation, size: number): readonly number[] | undefined {
  if (!op.has('split', 1)) {
    const parts = op.node.outputs.length;
    const chunk = Math.ceil(size / parts);
    return Array.from({ length: parts }, (_, index) => Math.max(0, Math.min(chunk, size - index * chunk)));
  }
  const sizes = op.integers('split', 1)?.map(({ value }) => value);
  const known = sizes?.filter((value) => value !== undefined);
  return known !== undefined && known.length === sizes?.length ? known : undefined;
}

/** Writes the new part sizes, also where the node relied on equal parts. */
function rewriteSizes(op: Operation, parts: readonly Axis[]): void {
  const unchanged = (survivors: Survivors) => parts.every((part) => survivors.count(part) === axisSize(part));
  const outputs = op.node.int('num_outputs');
  if (outputs !== undefined) {
    op.rewriteAttribute('num_outputs', (survivors) => (unchanged(survivors) ? { int: outputs } : undefined));
  }
  const operand = op.opset < 13 ? 'split' : 1;
  for (const [index, part] of parts.entries()) {
    const entry = { ...literalEntry(axisSize(part) ?? 0), site: { node: op.node, operand, index } };
    op.rewriteOperand(entry, (survivors) => survivors.count(part));
  }
}

function cut(op: Operation, factor: FreeFactor, sizes: readonly number[]): Axis[] {
  let start = 0;
  return sizes.map((size) => {
    const atoms = factor.atoms.subarray(start, start + size);
    start += size;
    if (size > 1) return [{ size, atoms }];
    op.pin([{ size, atoms }], reasons.single());
    return fixedAxis(size, reasons.single());
  });
}

/** Split: each output has its part of the positions of the axis. */
export const split: Rule = (op) => {
  const data = op.input(0);
  const at = op.axis('axis', 0, data.length);
  const factor = op.dependencies.flatten(data[at] ?? []);
  const sizes = factor.atoms === undefined ? undefined : partSizes(op, factor.size);
  if (factor.atoms === undefined || sizes === undefined) {
    op.pin(data[at], reasons.unknownSizes(op.node));
    return op.node.outputs.map((_, output) =>
      data.map((axis, index) => (index === at ? op.fixedOutput(at, output) : axis)),
    );
  }
  const parts = cut(op, factor, sizes);
  rewriteSizes(op, parts);
  return parts.map((part) => data.map((axis, index) => (index === at ? part : axis)));
};
