/** The messages on the way from a model to the bytes of its tensors. */
export type MessageKind = 'model' | 'training' | 'graph' | 'function' | 'node' | 'attribute' | 'sparse' | 'tensor';

/** What a length-delimited field holds: a message to descend into, or the raw bytes of a tensor. */
export type FieldContent = MessageKind | 'raw-data';

/** Field numbers of onnx-ml.proto, for the fields that lead to tensor bytes; all other fields are opaque. */
const CONTENTS: Readonly<Record<MessageKind, ReadonlyMap<number, FieldContent>>> = {
  model: new Map([
    [7, 'graph'],
    [20, 'training'],
    [25, 'function'],
  ]),
  training: new Map([
    [1, 'graph'],
    [2, 'graph'],
  ]),
  graph: new Map([
    [1, 'node'],
    [5, 'tensor'],
    [15, 'sparse'],
  ]),
  function: new Map([
    [7, 'node'],
    [11, 'attribute'],
  ]),
  node: new Map([[5, 'attribute']]),
  attribute: new Map([
    [5, 'tensor'],
    [6, 'graph'],
    [10, 'tensor'],
    [11, 'graph'],
    [22, 'sparse'],
    [23, 'sparse'],
  ]),
  sparse: new Map([
    [1, 'tensor'],
    [2, 'tensor'],
  ]),
  tensor: new Map([[9, 'raw-data']]),
};

/** What field `number` of a message of this kind holds; undefined when it cannot contain tensor bytes. */
export function contentOf(kind: MessageKind, number: number): FieldContent | undefined {
  return CONTENTS[kind].get(number);
}
