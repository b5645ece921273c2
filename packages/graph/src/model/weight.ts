import type { onnx } from '#schema';
import { GraphError } from '../error.js';
import { present } from '../present.js';
import type { Tensor } from '../tensor/tensor.js';
import { constantTensor, installConstant } from './constant-node.js';
import { protoOf, tensorOf } from './encoded-tensor.js';
import type { Graph } from './graph.js';
import type { Node } from './node.js';
import { SparseTensor } from './sparse-tensor.js';
import type { Value } from './value.js';
import { typeOf, valueInfo } from './value-type.js';

/** How a file holds a constant. IR version 3 lists each initializer among the graph inputs as well. */
export type WeightForm = 'initializer' | 'initializer-input' | 'constant-node' | 'sparse';

/** One constant of the model, over all the ways a file can hold it. */
export abstract class Weight {
  abstract readonly form: WeightForm;
  abstract readonly tensor: Tensor;

  constructor(
    readonly name: string,
    /** The scope that holds it. */
    readonly graph: Graph,
  ) {}

  get value(): Value {
    return present(this.graph.value(this.name), `value of weight ${this.name}`);
  }

  /**
   * Puts another tensor in its place; name and form stay, declared types follow. Putting the original Tensor object
   * back restores the original encoding.
   */
  abstract replace(tensor: Tensor): void;

  /** @internal Takes it out of the file. */
  abstract erase(): void;
}

/** A weight in the initializer list of a graph. */
export class InitializerWeight extends Weight {
  #proto: onnx.TensorProto;

  constructor(
    graph: Graph,
    private readonly body: onnx.GraphProto,
    proto: onnx.TensorProto,
  ) {
    super(proto.name, graph);
    this.#proto = proto;
  }

  get form(): WeightForm {
    return this.#inputIndex() < 0 ? 'initializer' : 'initializer-input';
  }

  get tensor(): Tensor {
    return tensorOf(this.#proto);
  }

  replace(tensor: Tensor): void {
    const next = protoOf(tensor, this.name, this.#proto);
    this.body.initializer[this.body.initializer.indexOf(this.#proto)] = next;
    this.#proto = next;
    this.#declareInput(tensor);
  }

  erase(): void {
    this.body.initializer.splice(this.body.initializer.indexOf(this.#proto), 1);
    const input = this.#inputIndex();
    if (input >= 0) this.body.input.splice(input, 1);
  }

  #inputIndex(): number {
    return this.body.input.findIndex((info) => info.name === this.name);
  }

  #declareInput({ dataType, dims }: Tensor): void {
    const index = this.#inputIndex();
    const declared = this.body.input[index];
    if (!declared) return;
    const type = typeOf(declared);
    const same = type.dataType === dataType && String(type.dims) === String(dims);
    if (!same) this.body.input[index] = valueInfo(this.name, { dataType, dims });
  }
}

/** A weight in the attribute of a Constant node. */
export class ConstantWeight extends Weight {
  readonly form = 'constant-node';

  constructor(
    readonly node: Node,
    private readonly proto: onnx.NodeProto,
  ) {
    super(present(node.outputs[0], 'output of a Constant node'), node.graph);
  }

  get tensor(): Tensor {
    return constantTensor(this.proto, this.node.label);
  }

  replace(tensor: Tensor): void {
    installConstant(this.proto, tensor);
  }

  erase(): void {
    this.graph.removeNode(this.node);
  }
}

/** A weight in the sparse_initializer list of a graph; it reads as a dense tensor and becomes one when replaced. */
export class SparseWeight extends Weight {
  readonly form = 'sparse';
  readonly #original: SparseTensor;
  readonly #index: number;
  #dense: onnx.TensorProto | undefined;

  constructor(
    graph: Graph,
    private readonly body: onnx.GraphProto,
    proto: onnx.SparseTensorProto,
  ) {
    super(present(proto.values, 'values of a sparse initializer').name, graph);
    this.#original = new SparseTensor(proto);
    this.#index = body.sparseInitializer.indexOf(proto);
  }

  get tensor(): Tensor {
    return this.#dense ? tensorOf(this.#dense) : this.#original;
  }

  replace(tensor: Tensor): void {
    this.erase();
    this.#dense = tensor === this.#original ? undefined : protoOf(tensor, this.name);
    if (this.#dense) this.body.initializer.push(this.#dense);
    else this.body.sparseInitializer.splice(this.#index, 0, this.#original.proto);
  }

  erase(): void {
    if (this.#dense) this.body.initializer.splice(this.body.initializer.indexOf(this.#dense), 1);
    else this.body.sparseInitializer.splice(this.body.sparseInitializer.indexOf(this.#original.proto), 1);
  }
}

/** The error for adding a weight where one of that name exists. */
export function duplicateName(name: string): GraphError {
  return new GraphError('NAME_TAKEN', `the name "${name}" is already defined`, { tensor: name });
}

/** The constant behind a value, seen through Identity nodes; undefined when the value is computed or fed. */
export function weightBehind(value: Value | undefined): Weight | undefined {
  let current = value;
  for (let steps = 0; current?.producer?.opType === 'Identity' && steps < 1000; steps++)
    current = current.producer.input(0);
  return current?.weight;
}
