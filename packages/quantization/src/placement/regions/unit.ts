import type { Node, Value } from '@onnx-compress/graph';
import type { LayerKind } from '../targets/target-table.js';

/** What one integer kernel computes: a node, and what behind it the kernel does on the way. */
export interface Unit {
  readonly node: Node;
  /** Addition of a bias and activation function, in order. */
  readonly folded: readonly Node[];
  /** The float32 values it reads, constants aside. */
  readonly inputs: readonly Value[];
  /** The values it gives, behind what is folded. */
  readonly outputs: readonly Value[];
  /** Undefined for operators without weights. */
  readonly layer: LayerKind | undefined;
}

/** The units of a graph, and which of them a node belongs to. */
export interface Units {
  /** In execution order. */
  readonly all: readonly Unit[];
  readonly of: ReadonlyMap<Node, Unit>;
}

/** The units of the same graph that read a value; undefined stands for a graph output or a nested subgraph. */
export function readersOf(value: Value, units: Units): readonly (Unit | undefined)[] {
  return value.uses.map((use) => (use.kind === 'input' ? units.of.get(use.node) : undefined));
}

/** The unit that computes a value; undefined for inputs of the graph. */
export function producerOf(value: Value, units: Units): Unit | undefined {
  return value.producer && units.of.get(value.producer);
}

/** True where the integer kernel writes floats as readily as integers. */
export function mayEndInFloat({ layer }: Unit): boolean {
  return layer === 'product';
}
