import {
  type AttributeValue,
  type DataType,
  type Dim,
  executionOrder,
  type Graph,
  int64Tensor,
  type Model,
  type Node,
  present,
  type Tensor,
} from '@onnx-compress/graph';

/** `TensorProto.FLOAT`. */
const FLOAT = 1;

/** Since which operator set a reduction takes its axes as an input; before, they are an attribute. */
const axesAreInput = (opType: string, opset: number) => opset >= (opType === 'ReduceSum' ? 13 : 18);

/**
 * A copy of a model that computes small results from the values inside the model, and nothing else. Whole activations
 * never leave onnxruntime then.
 *
 * @example
 * const taps = new Taps(model);
 * const mean = taps.reduce('ReduceMean', taps.float('relu_out'), [0, 2, 3]);
 * const copy = taps.finish([mean]);
 */
export class Taps {
  readonly #model: Model;
  readonly #opset: number;

  constructor(original: Model) {
    this.#model = original.clone();
    this.#opset = original.opset() ?? 1;
  }

  /** Adds a graph input that the samples have to feed; returns its name. */
  input(dataType: DataType, dims: readonly Dim[]): string {
    return this.#graph.addInput(this.#graph.uniqueName('tap/input'), { dataType, dims }).name;
  }

  /** Adds a node; returns the name of its output. */
  op(opType: string, inputs: readonly string[], attributes: Readonly<Record<string, AttributeValue>> = {}): string {
    const output = this.#graph.uniqueName(`tap/${opType}`);
    this.#graph.addNode({ opType, inputs, outputs: [output], attributes });
    return output;
  }

  /** The value in single precision, whatever its type. */
  float(value: string): string {
    return this.op('Cast', [value], { to: { int: FLOAT } });
  }

  /** A constant. */
  constant(tensor: Tensor): string {
    return this.#graph.addWeight(this.#graph.uniqueName('tap/constant'), tensor).name;
  }

  /** Constant integers in a row. */
  integers(values: readonly number[]): string {
    return this.constant(int64Tensor([values.length], values));
  }

  /** The value with another shape; 0 keeps a length, -1 takes what is left. */
  reshape(value: string, dims: readonly number[]): string {
    return this.op('Reshape', [value, this.integers(dims)]);
  }

  /** Reduces the given axes, at least one, which stay with length 1. */
  reduce(opType: `Reduce${string}`, value: string, axes: readonly number[]): string {
    const keepdims = { int: 1 };
    if (axesAreInput(opType, this.#opset)) return this.op(opType, [value, this.integers(axes)], { keepdims });
    return this.op(opType, [value], { axes: { ints: [...axes] }, keepdims });
  }

  /** The copy, whose only outputs are the given values. What they do not need is taken out. */
  finish(outputs: readonly string[]): Model {
    this.#graph.setOutputs(outputs.map((name) => present(this.#graph.value(name), name)));
    removeUnread(this.#graph);
    return this.#model;
  }

  get #graph(): Graph {
    return this.#model.graph;
  }
}

function removeUnread(graph: Graph): void {
  const unread = (node: Node) => node.outputs.every((_, index) => (node.output(index)?.uses.length ?? 0) === 0);
  for (const node of executionOrder(graph).toReversed()) if (unread(node)) graph.removeNode(node);
  for (const weight of [...graph.weights()]) if (weight.value.uses.length === 0) graph.removeWeight(weight);
}
