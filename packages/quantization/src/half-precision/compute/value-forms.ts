import { type Graph, type Node, type Position, present, type ShapeTable, type Value } from '@onnx-compress/graph';
import { castTarget, FLOAT32 } from '../../emission/float-type.js';
import type { HalfOperator } from './half-operators.js';

/** The two types that a float value of a mixed graph can have. */
export type Width = 'float16' | 'float32';

function code(width: Width): number {
  return castTarget(width) ?? FLOAT32;
}

function other(width: Width): Width {
  return width === 'float16' ? 'float32' : 'float16';
}

/**
 * The values of a model of which some nodes compute in float16: in which type each is computed, and its name in either
 * type. The Cast that gives the other type stands right behind the producer and serves all readers.
 */
export class ValueForms {
  readonly #native = new Map<Value, Width>();
  readonly #casts = new Map<Value, string>();

  constructor(private readonly table: ShapeTable) {}

  isFloat(value: Value | undefined): value is Value {
    return value !== undefined && this.table.get(value)?.dataType === 'float32';
  }

  /** Notes that a value is computed, or fed, as float16. */
  setHalf(value: Value): void {
    this.#native.set(value, 'float16');
  }

  /** Name of a value in a type, behind a Cast where it has the other one. */
  in(width: Width, value: Value): string {
    if (this.#width(value) === width) return value.name;
    const known = this.#casts.get(value) ?? addCast(value, width);
    this.#casts.set(value, known);
    return known;
  }

  /** Gives an output of a graph the type that its signature has; the value keeps its name and gets a Cast in front. */
  settleOutput(output: Value, width: Width): void {
    const { producer, producerIndex, graph } = output;
    if (this.#width(output) === width || producer === undefined || producer.graph !== graph) return;
    const name = graph.uniqueName(`${output.name}_${other(width)}`);
    producer.setOutput(producerIndex, name);
    const attributes = { to: { int: code(width) } };
    graph.addNode({ opType: 'Cast', inputs: [name], outputs: [output.name], attributes }, { after: producer });
    this.#native.set(output, width);
    this.#casts.set(output, name);
  }

  #width(value: Value): Width {
    return this.#native.get(value) ?? 'float32';
  }
}

function addCast(value: Value, width: Width): string {
  const { graph } = value;
  const output = graph.uniqueName(`${value.name}_${width}`);
  const attributes = { to: { int: code(width) } };
  graph.addNode({ opType: 'Cast', inputs: [value.name], outputs: [output], attributes }, behind(value, graph));
  return output;
}

function behind({ producer }: Value, graph: Graph): Position {
  return producer && producer.graph === graph ? { after: producer } : 'start';
}

/** The outputs of a node that it computes in float16. */
export function halfOutputs(node: Node, { float32Outputs }: HalfOperator, forms: ValueForms): readonly Value[] {
  const outputs = [...node.outputs.keys()].filter((index) => node.outputs[index] && !float32Outputs.includes(index));
  return outputs.map((index) => present(node.output(index), `output of ${node.label}`)).filter((v) => forms.isFloat(v));
}
