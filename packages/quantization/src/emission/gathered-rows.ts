import type { Node } from '@onnx-compress/graph';
import { present } from '@onnx-compress/graph';
import type { WeightGroup } from '../placement/weight-group.js';
import type { StoredWeight } from '../weights/stored-weight.js';
import { castTarget, FLOAT32 } from './float-type.js';
import { become, castBefore, insertBefore, outputName } from './rewrite-node.js';

/** Form of an embedding table: the rows of integers are gathered first and only those become floats. */
export function emitGathered(group: WeightGroup, stored: StoredWeight): void {
  for (const { node } of group.layers) gatherIntegers(node, group, stored);
}

function gatherIntegers(node: Node, { tensor }: WeightGroup, stored: StoredWeight): void {
  const indices = present(node.inputs[1], `indices of ${node.label}`);
  const rows = insertBefore(node, 'Gather', [stored.quantized(), indices], 'quantized');
  const floats = withoutZeroPoint(node, castBefore(node, rows, `${outputName(node)}_unscaled`, FLOAT32), stored);
  const table = stored.scale('aligned');
  const perRow = stored.int8.axis !== undefined;
  const scale = perRow ? insertBefore(node, 'Gather', [table, indices], 'scale') : table;
  const code = castTarget(tensor.dataType);
  if (code === undefined) become(node, 'Mul', [floats, scale]);
  else {
    become(node, 'Cast', [insertBefore(node, 'Mul', [floats, scale], 'float32')]);
    node.setAttribute('to', { int: code });
  }
}

function withoutZeroPoint(node: Node, floats: string, stored: StoredWeight): string {
  const zeroPoints = stored.zeroPoint('aligned');
  if (zeroPoints === undefined) return floats;
  const indices = present(node.inputs[1], `indices of ${node.label}`);
  const perRow = stored.int8.axis !== undefined;
  const zero = perRow ? insertBefore(node, 'Gather', [zeroPoints, indices], 'zero_point') : zeroPoints;
  return insertBefore(node, 'Sub', [floats, castBefore(node, zero, `${outputName(node)}_zero`, FLOAT32)], 'centred');
}
