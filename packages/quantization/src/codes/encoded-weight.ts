import { type Change, nextTurn } from '@onnx-compress/core';
import { computedTensor, floatsToTensor, readFloats, type Scratch, type Tensor } from '@onnx-compress/graph';
import type { Pause } from '@onnx-compress/math';
import { dropUnused } from '../emission/drop-weight.js';
import { firstReader } from '../emission/restored-weight.js';
import { floatType } from '../weights/rounded-weight.js';
import { castToOwnType } from './own-type.js';
import { restoreCoded } from './packed-indices.js';
import type { CodedGroup } from './plan-weight.js';
import { type SharedConstants, siteBefore } from './restoration-site.js';

/** Puts the nodes of a coded weight where the weight stood: in its scope, before all that reads it. */
export function encodeWeight({ group, coded }: CodedGroup, shared: SharedConstants, scratch: Scratch): void {
  const { weight, tensor } = group;
  const site = siteBefore(firstReader(group), weight.name, shared);
  const restored = castToOwnType(tensor, restoreCoded({ tensor, coded }, site, scratch), site);
  for (const { entries } of group.layers) for (const { node, index } of entries) node.setInput(index, restored);
  dropUnused(weight);
}

/** What a weight is once it was stored as indices. */
export async function decoded({ coded }: CodedGroup, values: Float32Array, pause: Pause): Promise<Float32Array> {
  const indices = await coded.indices(values, pause);
  await pause();
  return coded.restored(indices, pause);
}

/** As {@link decoded}, in the type of the weight; computed whenever the bytes are asked for. */
export function decodedTensor(one: CodedGroup, scratch: Scratch): Tensor {
  const { tensor } = one.group;
  const dataType = floatType(tensor);
  return computedTensor(dataType, tensor.dims, () =>
    scratch.lend(tensor.byteLength, async (into) => {
      const restored = await decoded(one, await readFloats(tensor, into), nextTurn);
      return floatsToTensor(dataType, tensor.dims, restored).bytes();
    }),
  );
}

/** What a report says of each layer of a weight; the bytes of a shared weight are counted with the first. */
export function changesOf(
  { group, coded, snrDb, bytesBefore, bytesAfter }: CodedGroup,
  scheme: string,
): readonly Change[] {
  return group.layers.map(({ node }, index) => ({
    node: node.label,
    tensor: group.weight.name,
    operator: node.opType,
    scheme,
    form: 'weight-only',
    weightBits: coded.bits,
    weightSnrDb: snrDb,
    ...(index === 0 ? { bytesBefore, bytesAfter } : { bytesBefore: 0, bytesAfter: 0 }),
  }));
}
