import type { Change } from '@onnx-compress/core';
import type { Node, Value } from '@onnx-compress/graph';
import { restored } from '../groups/restored-weight.js';
import type { Edit } from './edit.js';

/** The node that works with what `node` makes of a weight, or the nodes behind it where it only passes the weight on. */
function through(node: Node, input: number): readonly Node[] {
  const output = restored(node, input);
  return output === undefined ? [node] : readers(output);
}

/** The nodes that work with a value. */
function readers(value: Value): readonly Node[] {
  return value.uses.flatMap((use) => (use.kind === 'input' ? through(use.node, use.index) : []));
}

/** One entry for each node and weight axis that got smaller. */
export function reportEdits(edits: readonly Edit[]): readonly Change[] {
  return edits.flatMap((edit) => {
    if (edit.kind !== 'slice') return [];
    const { weight, axis, keep, removed, reader } = edit;
    const sizes = { axis, sizeBefore: keep.length + removed.length, sizeAfter: keep.length };
    const nodes = reader === undefined ? readers(weight.value) : through(reader.node, reader.input);
    const labels = new Set(nodes.map((node) => node.label));
    return [...labels].map((node) => ({ node, tensor: weight.name, ...sizes, removed }));
  });
}
