import { type DimsOf, type Graph, macRuleOf, type Node, type Value } from '@onnx-compress/graph';
import { countersOf, type KeptShape, type KeptShapes, keptDims } from './kept-shapes.js';
import type { Term } from './term.js';

function shapesAt(node: Node, shapes: KeptShapes): ReadonlyMap<Value, KeptShape> {
  const slots = [
    ...node.inputs.map((_, index) => node.input(index)),
    ...node.outputs.map((_, index) => node.output(index)),
  ];
  return new Map(
    slots.flatMap((value) => {
      const shape = value && shapes.of(value, node);
      return value === undefined || shape === undefined ? [] : [[value, shape] as const];
    }),
  );
}

/**
 * The multiply-accumulates of one node, by the rule they are counted with at the shapes that are left; undefined for a
 * node that multiplies nothing or whose shapes are not known.
 */
export function multiplications(node: Node, shapes: KeptShapes): Term | undefined {
  const rule = macRuleOf(node);
  if (rule === undefined) return undefined;
  const own = shapesAt(node, shapes);
  const dimsOf: DimsOf = (value) => {
    const shape = value && own.get(value);
    return shape && keptDims(shape);
  };
  if (rule(node, dimsOf) === undefined) return undefined;
  const counters = [...new Set([...own.values()].flatMap(countersOf))];
  return { counters, amount: () => rule(node, dimsOf) ?? 0 };
}

const total = (terms: readonly Term[]) => terms.reduce((sum, term) => sum + term.amount(), 0);

/** Of the branches of an If only the one with more multiply-accumulates counts. */
function costliestBranch(branches: readonly (readonly Term[])[]): readonly Term[] {
  const counters = [...new Set(branches.flat().flatMap((term) => term.counters))];
  return [{ counters, amount: () => Math.max(0, ...branches.map(total)) }];
}

function termsOf(node: Node, shapes: KeptShapes): readonly Term[] {
  const own = multiplications(node, shapes);
  if (own !== undefined) return [own];
  const bodies = node.subgraphs().map(({ graph }) => macTerms(graph, shapes));
  return node.opType === 'If' ? costliestBranch(bodies) : bodies.flat();
}

/** The multiply-accumulates of a graph and the graphs inside it, node by node. */
export function macTerms(graph: Graph, shapes: KeptShapes): readonly Term[] {
  return Array.from(graph.nodes).flatMap((node) => termsOf(node, shapes));
}
