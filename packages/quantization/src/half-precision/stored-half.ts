import {
  computedTensor,
  floatsToTensor,
  type NodeSpec,
  type Position,
  present,
  readFloats,
  type Scratch,
  type Tensor,
  type Weight,
} from '@onnx-compress/graph';
import { castTarget, FLOAT32 } from '../emission/float-type.js';
import { nodeBytes, tensorBytes } from '../file-cost.js';
import type { SizeEstimate } from '../placement/size-estimate.js';
import type { FloatWeight } from './float-weights.js';
import type { HalfFormat } from './half-format.js';

/** A weight rounded to two bytes a value; computed whenever the bytes are asked for. */
function halfTensor(tensor: Tensor, { dataType }: HalfFormat, scratch: Scratch): Tensor {
  return computedTensor(dataType, tensor.dims, () =>
    scratch.lend(tensor.byteLength, async (into) =>
      floatsToTensor(dataType, tensor.dims, await readFloats(tensor, into)).bytes(),
    ),
  );
}

/** Named after its output, as every node that is added without a name. */
function castNode({ dataType }: Tensor, stored: string, output: string): NodeSpec {
  const to = castTarget(dataType) ?? FLOAT32;
  return { opType: 'Cast', name: output, inputs: [stored], outputs: [output], attributes: { to: { int: to } } };
}

/** Bytes of a weight in the file before, and with two bytes a value where nothing else is needed. */
export function bareSize({ tensor, weight: { name } }: FloatWeight, { dataType }: HalfFormat): SizeEstimate {
  const { dims, byteLength } = tensor;
  const halfBytes = tensor.dataType === 'float64' ? byteLength / 4 : byteLength / 2;
  return {
    bytesBefore: tensorBytes(name, dims.length, byteLength),
    bytesAfter: tensorBytes(`${name}_${dataType}`, dims.length, halfBytes),
  };
}

/** As {@link bareSize}, with a Cast and the longer name that readers see. */
export function castSize(weighted: FloatWeight, format: HalfFormat): SizeEstimate {
  const { tensor, weight } = weighted;
  const { bytesBefore, bytesAfter } = bareSize(weighted, format);
  const cast = castNode(tensor, `${weight.name}_${format.dataType}`, `${weight.name}_${tensor.dataType}`);
  const longerNames = weight.value.uses.length * (tensor.dataType.length + 1);
  return { bytesBefore, bytesAfter: bytesAfter + nodeBytes(cast) + longerNames };
}

/**
 * Puts a half weight in place of a weight, and a Cast behind it that gives all readers the type they had. onnxruntime
 * computes the Cast of a constant when it loads the model.
 *
 * @param stored the half weight, in the scope of the weight
 */
export function restoreFrom(stored: Weight, weighted: FloatWeight): void {
  const { weight, tensor } = weighted;
  const { graph } = weight;
  const output = graph.uniqueName(`${weight.name}_${tensor.dataType}`);
  const { producer } = stored.value;
  const position: Position = producer ? { after: producer } : 'start';
  const cast = graph.addNode({ ...castNode(tensor, stored.name, output), name: undefined }, position);
  graph.replaceUses(weight.value, present(cast.output(0), output));
  graph.removeWeight(weight);
}

/** Writes a weight with two bytes a value, read through a Cast. */
export function storeHalf(weighted: FloatWeight, format: HalfFormat, scratch: Scratch): void {
  const { graph, name } = weighted.weight;
  const tensor = halfTensor(weighted.tensor, format, scratch);
  restoreFrom(graph.addWeight(graph.uniqueName(`${name}_${format.dataType}`), tensor), weighted);
}
