import {
  type AttributeValue,
  type Dim,
  float32Tensor,
  int64Tensor,
  type Model,
  type NodeSpec,
  present,
  type Tensor,
} from '@onnx-compress/graph';
import { buildModel, randomFloats } from '@onnx-compress/test-kit';

type Attributes = Readonly<Record<string, AttributeValue>>;

/** Builds small nets over sequences for tests, node by node; the input x is [batch, length, width]. */
export class TokenNet {
  readonly #nodes: NodeSpec[] = [];
  readonly #weights: Record<string, Tensor> = {};
  readonly #inputs: Record<string, readonly ['float32' | 'int64' | 'int32', readonly Dim[]]> = {};
  #count = 0;

  constructor(
    readonly width: number,
    readonly opset = 17,
    readonly batch: Dim = 2,
    length: Dim = 5,
  ) {
    this.#inputs.x = ['float32', [batch, length, width]];
  }

  input(name: string, dims: readonly Dim[], dataType: 'float32' | 'int64' | 'int32' = 'float32'): string {
    this.#inputs[name] = [dataType, dims];
    return name;
  }

  weight(...dims: readonly number[]): string {
    return this.constant(randomFloats(dims, ++this.#count, 0.5));
  }

  integers(...values: readonly number[]): string {
    return this.constant(int64Tensor([values.length], values));
  }

  index(value: number): string {
    return this.constant(int64Tensor([], [value]));
  }

  number(value: number): string {
    return this.constant(float32Tensor([], [value]));
  }

  constant(tensor: Tensor): string {
    const name = `c${++this.#count}`;
    this.#weights[name] = tensor;
    return name;
  }

  op(opType: string, inputs: readonly string[], attributes: Attributes = {}): string {
    return present(this.ops(opType, 1, inputs, attributes)[0], opType);
  }

  /** `opType` may start with a domain: `com.microsoft.Gelu`. */
  ops(opType: string, outputs: number, inputs: readonly string[], attributes: Attributes = {}): string[] {
    const dot = opType.lastIndexOf('.');
    const [domain, type] = [opType.slice(0, Math.max(0, dot)), opType.slice(dot + 1)];
    const name = `${type}_${++this.#count}`;
    const names = Array.from({ length: outputs }, (_, index) => `${name}_${index}`);
    this.#nodes.push({ opType: type, domain, name, inputs, outputs: names, attributes });
    return names;
  }

  linear(value: string, from: number, to: number): string {
    return this.op('Add', [this.op('MatMul', [value, this.weight(from, to)]), this.weight(to)]);
  }

  transpose(value: string, ...order: readonly number[]): string {
    return this.op('Transpose', [value], { perm: { ints: order } });
  }

  /** Length of an axis, as exporters read it. */
  size(value: string, axis: number): string {
    const length = this.op('Gather', [this.op('Shape', [value]), this.index(axis)], { axis: { int: 0 } });
    return this.op('Unsqueeze', [length, this.integers(0)]);
  }

  /** A Reshape whose target is put together from lengths and constants. */
  view(value: string, ...sizes: readonly (string | number)[]): string {
    const parts = sizes.map((size) => (typeof size === 'number' ? this.integers(size) : size));
    return this.op('Reshape', [value, this.op('Concat', parts, { axis: { int: 0 } })]);
  }

  reshape(value: string, ...sizes: readonly number[]): string {
    return this.op('Reshape', [value, this.integers(...sizes)]);
  }

  build(...outputs: readonly string[]): Model {
    return buildModel({
      opset: this.opset,
      opsets: { 'com.microsoft': 1 },
      inputs: this.#inputs,
      outputs,
      weights: this.#weights,
      nodes: this.#nodes,
    });
  }
}
