import { type LinearLayer, linearLayer } from '@onnx-compress/recovery';
import { coverUnits } from '../criteria/unit-sums.js';
import type { Consumer, GroupMembers } from '../groups/members.js';

/** Marks columns that belong to no unit of the group. */
export const OTHER = -1;

/** A linear layer that reads the channels of a group. */
export interface GroupConsumer {
  readonly layer: LinearLayer;
  /** The unit of each column of the layer's weight matrix, or `OTHER`. All groups of a convolution have the same. */
  readonly unitOfColumn: Int32Array;
}

function groupConsumer({ node, weight, axis, unitOf }: Consumer): readonly GroupConsumer[] {
  const layer = linearLayer(node);
  if (layer?.weight !== weight || layer.contraction.inputAxis !== axis) return [];
  const positions = layer.columns / layer.inputs;
  const unitOfColumn = Int32Array.from(
    { length: layer.columns },
    (_, column) => unitOf.get(Math.floor(column / positions)) ?? OTHER,
  );
  return [{ layer, unitOfColumn }];
}

/** The linear layers that read a group; undefined where they do not read all of its units. */
export function groupConsumers({ units, consumers }: GroupMembers): readonly GroupConsumer[] | undefined {
  const linear = consumers.filter((consumer) => groupConsumer(consumer).length > 0);
  const covered = coverUnits(
    units,
    linear.map(({ unitOf }) => unitOf),
  );
  return covered ? linear.flatMap(groupConsumer) : undefined;
}
