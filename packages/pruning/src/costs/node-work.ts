import { elementCount, type Graph, type Node } from '@onnx-compress/graph';
import { countersOf, type KeptShapes, keptDims } from './kept-shapes.js';
import { multiplications } from './multiplications.js';
import type { Term } from './term.js';

/** Elements that a node computes: what its time follows where it multiplies nothing. */
function outputElements(node: Node, shapes: KeptShapes): Term | undefined {
  const outputs = node.outputs.flatMap((_, index) => {
    const output = node.output(index);
    const shape = output && shapes.of(output, node);
    return shape === undefined ? [] : [shape];
  });
  if (outputs.length === 0) return undefined;
  const amount = () => outputs.reduce((sum, shape) => sum + elementCount(keptDims(shape)), 0);
  return { counters: [...new Set(outputs.flatMap(countersOf))], amount };
}

/**
 * The part of its work that each node has left, by its label: of its multiply-accumulates, or of the elements that it
 * computes where it multiplies nothing. Nodes whose work is not known are missing.
 */
export function nodeWork(graphs: Iterable<Graph>, shapes: KeptShapes): ReadonlyMap<string, Term> {
  const work = new Map<string, Term>();
  for (const graph of graphs) {
    for (const node of graph.nodes) {
      const own = multiplications(node, shapes) ?? outputElements(node, shapes);
      const whole = own?.amount() ?? 0;
      if (own === undefined || whole === 0) continue;
      work.set(node.label, { counters: own.counters, amount: () => own.amount() / whole });
    }
  }
  return work;
}
