import { memoryTensor, present, removeUnused } from '@onnx-compress/graph';
import { type FunctionTable, leastOf } from '../functions/function-table.js';
import type { FunctionSite } from '../reading/site.js';
import { IntegerNodes } from './integer-nodes.js';
import { takePlace } from './take-place.js';

/** A function of one integer as a look-up: Gather from its table. What others read as floats stays. */
export function emitFunction({ node, data, result }: FunctionSite, { integers }: FunctionTable): void {
  takePlace(result.folded);
  const nodes = new IntegerNodes(node, result.name);
  const table = nodes.constant('table', memoryTensor(result.dataType, [256], Uint8Array.from(integers)));
  const index = nodes.centred(data.name, leastOf(data.dataType), 'int32');
  nodes.add('Gather', [table, index], {}, result.name);
  removeUnused(present(node.output(0), `output of ${node.label}`));
}
