import type { Value } from '@onnx-compress/graph';

/**
 * Removes a constant that nothing reads any more, and the Identity nodes that passed it on. Does nothing where it is
 * gone already.
 */
export function removeUnread(value: Value): void {
  if (value.uses.length > 0 || value.graph.value(value.name) !== value) return;
  const { producer, weight } = value;
  if (weight) weight.graph.removeWeight(weight);
  else if (producer?.opType === 'Identity') {
    const source = producer.input(0);
    producer.graph.removeNode(producer);
    if (source) removeUnread(source);
  }
}
