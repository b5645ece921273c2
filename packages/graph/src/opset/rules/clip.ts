import type { Node } from '../../model/node.js';
import type { DataType } from '../../tensor/data-type.js';
import { floatsToTensor } from '../../tensor/numbers.js';
import type { Tensor } from '../../tensor/tensor.js';
import { cannotRaise, constantFor, type OpsetRule } from '../rule.js';

/** Clip (11): min and max became inputs, of the type of the data. */
export const clip: OpsetRule = {
  opTypes: ['Clip'],
  since: 11,
  convert(node) {
    for (const [index, attribute] of ['min', 'max'].entries()) {
      const limit = node.float(attribute);
      if (limit === undefined) continue;
      node.setInput(index + 1, constantFor(node, attribute, limitTensor(node, limit)));
      node.removeAttribute(attribute);
    }
  },
};

function limitTensor(node: Node, limit: number): Tensor {
  const type = dataTypeAt(node);
  if (type !== 'float32' && type !== 'float16' && type !== 'float64') {
    throw cannotRaise(node, 11, `the type of its input is not known (${type ?? 'not declared'})`);
  }
  return floatsToTensor(type, [], Float32Array.of(limit));
}

/** The type of the data, looked for upwards through nodes that keep it; a model with only float32 weights has no other. */
function dataTypeAt(node: Node): DataType | undefined {
  const value = node.input(0);
  const declared = value?.declared?.dataType ?? node.output(0)?.declared?.dataType;
  if (declared) return declared;
  const floats = new Set([...node.graph.model.weights()].map((weight) => weight.tensor.dataType).filter(isFloat));
  return floats.size === 1 ? [...floats][0] : undefined;
}

function isFloat(type: DataType): boolean {
  return type === 'float32' || type === 'float16' || type === 'float64';
}
