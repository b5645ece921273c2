import { executionOrder, type Graph, type Node, type ShapeTable, type Value, weightBehind } from '@onnx-compress/graph';
import type { Layer } from '../../layers/layer.js';
import { foldableNodes } from './foldable-nodes.js';
import { layerKind } from './layer-kind.js';
import type { Unit, Units } from './unit.js';

/** Divides a graph into what one integer kernel computes each. */
export function findUnits(graph: Graph, layers: ReadonlyMap<Node, Layer>, types: ShapeTable): Units {
  const of = new Map<Node, Unit>();
  const all: Unit[] = [];
  for (const node of executionOrder(graph)) {
    if (of.has(node) || node.constant !== undefined) continue;
    const unit = unitOf(node, layers.get(node), types);
    for (const member of [node, ...unit.folded]) of.set(member, unit);
    all.push(unit);
  }
  return { all, of };
}

function unitOf(node: Node, layer: Layer | undefined, types: ShapeTable): Unit {
  const kind = layer && layerKind(layer);
  const folded = foldableNodes(node, kind);
  const isFloat = (value: Value) => weightBehind(value) === undefined && types.get(value)?.dataType === 'float32';
  const last = folded.at(-1) ?? node;
  return {
    node,
    folded,
    inputs: [...new Set(valuesOf(node.inputs.map((_, index) => node.input(index))).filter(isFloat))],
    outputs: valuesOf(last.outputs.map((_, index) => last.output(index))),
    layer: kind,
  };
}

function valuesOf(values: readonly (Value | undefined)[]): readonly Value[] {
  return values.filter((value) => value !== undefined);
}
