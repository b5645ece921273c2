import type { Tensor, Use, Value, Weight } from '@onnx-compress/graph';
import { onlyMoves } from '../layers/constant-moves.js';
import type { Layer, WeightUse } from '../layers/layer.js';

/** A weight and all layers that read it; they share one int8 tensor. */
export interface WeightGroup {
  readonly weight: Weight;
  /** The weight as the file held it. */
  readonly tensor: Tensor;
  /** In graph order; at least one. */
  readonly layers: readonly [Layer, ...Layer[]];
  /** The axis with a scale of its own per entry, where all layers agree on it. */
  readonly channelAxis: number | undefined;
  /** How all layers use the weight; `other` where they differ. */
  readonly use: WeightUse;
}

/** Collects the layers of each weight, in the order of their first layer. */
export function groupByWeight(layers: readonly Layer[]): readonly WeightGroup[] {
  const byWeight = new Map<Weight, [Layer, ...Layer[]]>();
  for (const layer of layers) {
    const known = byWeight.get(layer.weight);
    if (known) known.push(layer);
    else byWeight.set(layer.weight, [layer]);
  }
  return [...byWeight].map(([weight, members]) => {
    const { channelAxis, use } = members[0];
    return {
      weight,
      tensor: weight.tensor,
      layers: members,
      channelAxis: members.every((layer) => layer.channelAxis === channelAxis) ? channelAxis : undefined,
      use: members.every((layer) => sameUse(layer.use, use)) ? use : { kind: 'other' },
    };
  });
}

function sameUse(left: WeightUse, right: WeightUse): boolean {
  if (left.kind === 'matrix' && right.kind === 'matrix') return left.transposed === right.transposed;
  return left.kind === right.kind;
}

/** Who reads the weight besides the layers of its group: a node's label, or `graph output`; undefined for nobody. */
export function otherReader({ weight, layers }: WeightGroup): string | undefined {
  for (const use of readers(weight.value)) {
    if (use.kind === 'output') return 'graph output';
    const member = layers.some(({ node, inputIndex }) => node === use.node && inputIndex === use.index);
    if (!member) return use.node.label;
  }
  return undefined;
}

/** Every use of a value, seen through nodes that only move its elements. */
function readers(value: Value): readonly Use[] {
  return value.uses.flatMap((use) => {
    if (use.kind === 'output' || !onlyMoves(use.node)) return [use];
    const { node } = use;
    return node.outputs.flatMap((_, index) => node.output(index) ?? []).flatMap(readers);
  });
}
