import type { Value, Weight } from '@onnx-compress/graph';
import { present } from '@onnx-compress/graph';

/** Removes a weight that nothing reads any more, together with the Identity nodes that only passed it on. */
export function dropUnused(weight: Weight): void {
  dropIdentities(weight.value);
  if (weight.value.uses.length === 0) weight.graph.removeWeight(weight);
}

function dropIdentities(value: Value): void {
  for (const use of [...value.uses]) {
    if (use.kind === 'output' || use.node.opType !== 'Identity') continue;
    const copy = present(use.node.output(0), 'output of an Identity');
    dropIdentities(copy);
    if (copy.uses.length === 0) use.node.graph.removeNode(use.node);
  }
}
