import type { Change } from '@onnx-compress/core';
import type { Node, Value } from '@onnx-compress/graph';
import type { Edit } from './edit.js';

/** Operators behind which a weight still has its own axes. */
const TRANSPARENT = new Set(['Identity', 'Cast', 'DequantizeLinear']);

/** The node that works with what `node` makes of a weight, or the nodes behind it where it only passes the weight on. */
function through(node: Node): readonly Node[] {
  const output = TRANSPARENT.has(node.opType) ? node.output(0) : undefined;
  return output === undefined ? [node] : readers(output);
}

/** The nodes that work with a value. */
function readers(value: Value): readonly Node[] {
  return value.uses.flatMap((use) => (use.kind === 'input' ? through(use.node) : []));
}

/** One entry for each node and weight axis that got smaller. */
export function reportEdits(edits: readonly Edit[]): readonly Change[] {
  return edits.flatMap((edit) => {
    if (edit.kind !== 'slice') return [];
    const { weight, axis, keep, removed, reader } = edit;
    const sizes = { axis, sizeBefore: keep.length + removed.length, sizeAfter: keep.length };
    const nodes = reader === undefined ? readers(weight.value) : through(reader.node);
    const labels = new Set(nodes.map((node) => node.label));
    return [...labels].map((node) => ({ node, tensor: weight.name, ...sizes, removed }));
  });
}
