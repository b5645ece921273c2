import { float32Tensor, int64Tensor, type Node, type Tensor } from '@onnx-compress/graph';
import { PER_BYTE, STEPS } from '../weights/fine-weight.js';
import { FLOAT32 } from './float-type.js';
import { castBefore, UNNAMED } from './rewrite-node.js';

/** What takes each of the remainders in a byte to the lowest two bits. */
const SHIFTS = Array.from({ length: PER_BYTE }, (_, place) => STEPS ** -place);

/**
 * Adds quarters to integers in front of a node: `integers + Mod(Floor(bytes * [1, 1/4, 1/16, 1/64]), 4) / 4`. Every step
 * is exact in float32, and onnxruntime computes all of them when it loads the model.
 *
 * @param integers name of the upper bits as float32
 * @param bytes name of the remainders, four in a byte
 * @param weight name and shape of the weight
 * @returns name of the sum
 */
export function withQuarters(
  node: Node,
  integers: string,
  bytes: string,
  { name, dims }: { readonly name: string } & Pick<Tensor, 'dims'>,
): string {
  const { graph } = node;
  const constant = (purpose: string, tensor: Tensor) =>
    graph.addWeight(graph.uniqueName(`${name}_${purpose}`), tensor).name;
  const compute = (opType: string, inputs: readonly string[], attributes = {}) => {
    const output = graph.uniqueName(`${name}_${opType.toLowerCase()}`);
    graph.addNode({ ...UNNAMED, opType, inputs, outputs: [output], attributes }, { before: node });
    return output;
  };
  const shifted = compute('Mul', [
    castBefore(node, bytes, `${name}_bytes`, FLOAT32),
    constant('shifts', float32Tensor([PER_BYTE, 1], SHIFTS)),
  ]);
  const steps = constant('steps', float32Tensor([], [STEPS]));
  const remainders = compute('Mod', [compute('Floor', [shifted]), steps], { fmod: { int: 1 } });
  const quarters = compute('Div', [remainders, steps]);
  const shaped = compute('Reshape', [quarters, constant('shape', int64Tensor([dims.length], dims))]);
  return compute('Add', [integers, shaped]);
}
