import type { Node } from '@onnx-compress/graph';
import type { IntegerResult } from '../reading/site.js';
import { IntegerNodes } from './integer-nodes.js';

/** Removes nodes one behind the other; the readers of the last one wait for another node that gives its output. */
export function takePlace(folded: readonly Node[]): void {
  const last = folded.at(-1);
  if (last === undefined) return;
  const { graph } = last;
  last.setOutput(0, graph.uniqueName(`${last.outputs[0] ?? ''}_unread`));
  graph.removeNodes([...folded].reverse());
}

/** Lets other nodes give the result of a node and of what is folded into it, and removes all of these. */
export function inPlaceOf(node: Node, result: IntegerResult, write: (nodes: IntegerNodes) => void): void {
  takePlace(result.folded);
  write(new IntegerNodes(node, result.name));
  node.graph.removeNode(node);
}
