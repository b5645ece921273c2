import {
  type AttributeValue,
  type Dim,
  elementCount,
  float32Tensor,
  int64Tensor,
  type Model,
  type NodeSpec,
  present,
  type Tensor,
} from '@onnx-compress/graph';
import { buildModel, type TypeSpec } from '../../build-model.js';
import { randomValues } from '../../random.js';

/** Attributes as an exporter's log shows them: integers, lists of integers and texts need no tag. */
export type Attributes = Readonly<Record<string, AttributeValue | number | readonly number[] | string>>;

/** How the file is written. */
export interface ExportOptions {
  readonly opset?: number;
  /** Versions of other operator sets, by domain. */
  readonly opsets?: Readonly<Record<string, number>>;
  readonly inputs: Readonly<Record<string, TypeSpec>>;
  /** Where small constants such as shapes go: Constant nodes (the default) or initializers. */
  readonly constants?: 'nodes' | 'initializers';
}

function tagged(value: Attributes[string]): AttributeValue {
  if (typeof value === 'number') return { int: value };
  if (typeof value === 'string') return { string: value };
  return isList(value) ? { ints: value } : value;
}

function isList(value: AttributeValue | readonly number[]): value is readonly number[] {
  return Array.isArray(value);
}

/** Writes a net node by node, with the names that an exporter gives: operators within the scopes of their modules. */
export class ExportedNet {
  readonly #options: ExportOptions;
  readonly #nodes: NodeSpec[] = [];
  readonly #weights: Record<string, Tensor> = {};
  readonly #scopes: string[] = [];
  readonly #used = new Map<string, number>();

  constructor(options: ExportOptions) {
    this.#options = options;
  }

  get opset(): number {
    return this.#options.opset ?? 17;
  }

  /** Puts what `write` adds into the scope of a module. */
  module<T>(name: string, write: () => T): T {
    this.#scopes.push(name);
    const result = write();
    this.#scopes.pop();
    return result;
  }

  /** Adds a node with one output and returns the output's name. */
  node(opType: string, inputs: readonly string[], attributes: Attributes = {}): string {
    return present(this.nodes(opType, inputs, 1, attributes)[0], opType);
  }

  /** Adds a node with several outputs; `domain` is for operators outside the standard. */
  nodes(
    opType: string,
    inputs: readonly string[],
    count: number,
    attributes: Attributes = {},
    domain?: string,
  ): string[] {
    const name = this.#unique(`/${[...this.#scopes, opType].join('/')}`);
    const outputs = Array.from({ length: count }, (_, index) => `${name}_output_${index}`);
    const encoded = Object.entries(attributes).map(([key, value]) => [key, tagged(value)] as const);
    this.#nodes.push({ opType, name, inputs: [...inputs], outputs, attributes: Object.fromEntries(encoded), domain });
    return outputs;
  }

  /** A weight of normally distributed numbers with standard deviation `scale`. */
  weight(dims: readonly number[], scale: number, offset = 0): string {
    const values = randomValues(elementCount(dims), this.#used.size + 1, scale).map((value) => value + offset);
    return this.tensor('weight', float32Tensor(dims, values));
  }

  /** An initializer. */
  tensor(kind: string, tensor: Tensor): string {
    const name = this.#unique([...this.#scopes, kind].join('.'));
    this.#weights[name] = tensor;
    return name;
  }

  /** A list of integers as operand: a shape, axes, bounds. */
  integers(...values: readonly number[]): string {
    return this.constant(int64Tensor([values.length], values));
  }

  /** One integer without axes, as index or position. */
  index(value: number): string {
    return this.constant(int64Tensor([], [value]));
  }

  /** One number without axes. */
  scalar(value: number): string {
    return this.constant(float32Tensor([], [value]));
  }

  /** A small constant, where this file keeps those. */
  constant(tensor: Tensor): string {
    if (this.#options.constants === 'initializers') return this.tensor('constant', tensor);
    return this.node('Constant', [], { value: { tensor } });
  }

  /** The finished model; the values named here become its outputs. */
  build(outputs: Readonly<Record<string, string>>): Model {
    const renamed = new Map(Object.entries(outputs).map(([name, value]) => [value, name]));
    const rename = (name: string) => renamed.get(name) ?? name;
    return buildModel({
      opset: this.opset,
      opsets: this.#options.opsets ?? {},
      inputs: this.#options.inputs,
      outputs: Object.keys(outputs),
      weights: this.#weights,
      nodes: this.#nodes.map((node) => ({
        ...node,
        inputs: node.inputs.map(rename),
        outputs: node.outputs.map(rename),
      })),
    });
  }

  #unique(name: string): string {
    const count = this.#used.get(name) ?? 0;
    this.#used.set(name, count + 1);
    return count === 0 ? name : `${name}_${count}`;
  }
}

/** A batch of images. */
export const images = (size: number, channels = 3, batch: Dim = 'batch'): Readonly<Record<string, TypeSpec>> => ({
  input: ['float32', [batch, channels, size, size]],
});
