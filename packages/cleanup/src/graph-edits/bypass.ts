import type { Node, Value } from '@onnx-compress/graph';
import { present } from '@onnx-compress/graph';

/**
 * Removes a node whose first output is to be read from `source` instead. Where that output is a graph output, whose
 * name must stay, the producer of `source` takes the name over.
 *
 * @returns false, with nothing changed, where {@link canBypass} says so.
 */
export function bypass(node: Node, source: Value): boolean {
  if (!canBypass(node, source)) return false;
  const output = outputOf(node);
  if (isGraphOutput(output)) takeOver(node, source, output);
  else {
    node.graph.replaceUses(output, source);
    node.graph.removeNode(node);
  }
  return true;
}

/**
 * False where the name of a graph output cannot be taken over: `source` is an input, an output or a weight itself, or
 * belongs to another scope.
 */
export function canBypass(node: Node, source: Value): boolean {
  if (!isGraphOutput(outputOf(node))) return true;
  const { producer, weight, graph } = source;
  return producer !== undefined && weight === undefined && graph === node.graph && !isGraphOutput(source);
}

function outputOf(node: Node): Value {
  return present(node.output(0), `output of ${node.label}`);
}

function isGraphOutput(value: Value): boolean {
  return value.uses.some((use) => use.kind === 'output');
}

function takeOver(node: Node, source: Value, output: Value): void {
  const producer = present(source.producer, `producer of ${source.name}`);
  const index = source.producerIndex;
  node.setOutput(0, '');
  node.graph.removeNode(node);
  producer.graph.replaceUses(source, output);
  producer.setOutput(index, output.name);
}
