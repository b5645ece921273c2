import type { ChannelValue } from '@onnx-compress/core';
import type { Node, ShapeTable, Value } from '@onnx-compress/graph';
import { perChannelConstant } from '../layers/per-channel-constant.js';

/** The node that alone reads a value, through its input `index`. */
function onlyReader(value: Value): { readonly node: Node; readonly index: number } | undefined {
  const [use] = value.uses;
  return value.uses.length === 1 && use?.kind === 'input' && use.node.graph === value.graph ? use : undefined;
}

/** The BatchNormalization directly behind a value whose channels lie on axis 1, with nothing else that reads the value. */
export function normalizationBehind(value: Value): Node | undefined {
  const reader = onlyReader(value);
  if (reader?.node.opType !== 'BatchNormalization' || reader.node.domain !== '' || reader.index !== 0) return undefined;
  return reader.node.int('training_mode', 0) === 0 ? reader.node : undefined;
}

/** What a layer computes: for a MatMul with a bias behind it, the output of that Add. */
export async function layerOutput(node: Node, channels: number): Promise<Value | undefined> {
  const output = node.output(0);
  if (node.opType !== 'MatMul' || output === undefined) return output;
  const reader = onlyReader(output);
  if (reader?.node.opType !== 'Add' || reader.node.domain !== '') return output;
  const bias = await perChannelConstant(reader.node.input(1 - reader.index), channels);
  return bias === undefined ? output : reader.node.output(0);
}

/** A layer's output with its channels; undefined where its rank is not known. */
export function channelValueOf(node: Node, value: Value, types: ShapeTable): ChannelValue | undefined {
  const rank = types.get(value)?.dims?.length;
  if (rank === undefined || rank < 2) return undefined;
  return { name: value.name, rank, axis: node.opType === 'MatMul' ? rank - 1 : 1 };
}
