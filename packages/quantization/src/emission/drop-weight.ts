import type { Value, Weight } from '@onnx-compress/graph';
import { onlyMoves } from '../layers/constant-moves.js';

/** Removes a weight that nothing reads any more, together with the nodes that only passed it on or moved it. */
export function dropUnused(weight: Weight): void {
  dropMoves(weight.value);
  if (weight.value.uses.length === 0) weight.graph.removeWeight(weight);
}

function dropMoves(value: Value): void {
  for (const use of [...value.uses]) {
    if (use.kind === 'output' || !onlyMoves(use.node)) continue;
    const { node } = use;
    const outputs = node.outputs.flatMap((_, index) => node.output(index) ?? []);
    for (const output of outputs) dropMoves(output);
    if (outputs.every(({ uses }) => uses.length === 0)) node.graph.removeNode(node);
  }
}
