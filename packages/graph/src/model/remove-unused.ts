import type { Graph } from './graph.js';
import type { Node } from './node.js';
import type { Value } from './value.js';

/** Takes out a constant, or a computed value with the nodes before it, that nothing reads any more. */
export function removeUnused(value: Value): void {
  removeAllUnused([value]);
}

/** As `removeUnused`, for many values at the cost of one pass over their graphs. */
export function removeAllUnused(values: readonly Value[]): void {
  for (const graph of new Set(values.map((value) => value.graph))) {
    graph.removeNodes(
      unusedNodes(
        graph,
        values.filter((value) => value.graph === graph),
      ),
    );
  }
}

/** The nodes of a graph to take out, each to be gone before the next one is asked for. */
function* unusedNodes(graph: Graph, values: readonly Value[]): Iterable<Node> {
  const pending = [...values];
  for (const value of pending) {
    const { producer, weight } = value;
    if (value.uses.length > 0 || value.graph.value(value.name) !== value) continue;
    if (value.graph !== graph) removeUnused(value);
    else if (producer === undefined) {
      if (weight !== undefined) graph.removeWeight(weight);
    } else if (producer.outputs.every((_, index) => (producer.output(index)?.uses.length ?? 0) === 0)) {
      pending.push(...producer.inputs.flatMap((_, index) => producer.input(index) ?? []));
      yield producer;
    }
  }
}
