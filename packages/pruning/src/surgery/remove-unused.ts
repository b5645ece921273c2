import type { Value } from '@onnx-compress/graph';

/** Takes out a constant, or a computed value with the nodes before it, that nothing reads any more. */
export function removeUnused(value: Value): void {
  const { producer, weight, graph } = value;
  if (value.uses.length > 0 || graph.value(value.name) !== value) return;
  if (weight !== undefined) {
    graph.removeWeight(weight);
    return;
  }
  if (producer === undefined || producer.outputs.some((_, index) => (producer.output(index)?.uses.length ?? 0) > 0))
    return;
  const inputs = producer.inputs.flatMap((_, index) => producer.input(index) ?? []);
  graph.removeNode(producer);
  for (const input of new Set(inputs)) removeUnused(input);
}
