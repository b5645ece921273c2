import type { Node, Value } from '@onnx-compress/graph';
import { type Contraction, contractionOf } from '@onnx-compress/recovery';
import type { SliceEdit } from '../surgery/edit.js';

/** A layer some of whose input channels go. */
export interface Site {
  readonly node: Node;
  /** What the layer multiplies its weight by. */
  readonly data: Value;
  /** The positions that go from the input axis of its weight. */
  readonly slice: SliceEdit;
  readonly contraction: Contraction;
}

/** The nodes that read the sliced weight as their input 1. */
export function readersOf({ weight, reader }: SliceEdit): readonly Node[] {
  if (reader !== undefined) return reader.input === 1 ? [reader.node] : [];
  return weight.value.uses.flatMap((use) => (use.kind === 'input' && use.index === 1 ? [use.node] : []));
}

/** The layers that lose input channels, as far as they sum them with a float weight that can be read. */
export function sitesOf(slices: readonly SliceEdit[]): readonly Site[] {
  return slices.flatMap((slice) =>
    readersOf(slice).flatMap((node) => {
      const contraction = contractionOf(node, slice.weight.tensor);
      const data = node.input(0);
      if (contraction?.inputAxis !== slice.axis || data === undefined) return [];
      return [{ node, data, slice, contraction }];
    }),
  );
}
