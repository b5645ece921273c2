import {
  type AttributeValue,
  type Dim,
  elementCount,
  float32Tensor,
  int64Tensor,
  type Model,
  type NodeSpec,
  type Tensor,
} from '@onnx-compress/graph';
import { buildModel, randomValues } from '@onnx-compress/test-kit';

const PERIOD = 997;

/** Random numbers, over and over again; drawing all of them would take most of a test. */
function repeated(count: number, seed: number): Float32Array {
  const values = new Float32Array(count);
  const block = randomValues(Math.min(PERIOD, count), seed, 0.3);
  for (let start = 0; start < count; start += PERIOD) values.set(block.subarray(0, count - start), start);
  return values;
}

type Attributes = Readonly<Record<string, AttributeValue>>;

interface Filters {
  readonly kernel?: number;
  readonly stride?: number;
  readonly depthwise?: boolean;
}

/** Writes convolution nets down node by node; every node is called as its output. */
export class ConvNet {
  readonly nodes: NodeSpec[] = [];
  readonly #weights: Record<string, Tensor> = {};
  readonly #channels = new Map<string, number>();

  constructor(private readonly dims: readonly Dim[]) {
    const [, channels] = dims;
    this.#channels.set('x', typeof channels === 'number' ? channels : 0);
  }

  constant(tensor: Tensor): string {
    const name = `c${Object.keys(this.#weights).length}`;
    this.#weights[name] = tensor;
    return name;
  }

  integers(...values: readonly number[]): string {
    return this.constant(int64Tensor([values.length], values));
  }

  floats(dims: readonly number[]): string {
    return this.constant(float32Tensor(dims, repeated(elementCount(dims), Object.keys(this.#weights).length + 1)));
  }

  /** Adds a node whose output has as many channels as its first input, or as many as told. */
  op(opType: string, name: string, inputs: readonly string[], attributes: Attributes = {}, channels?: number): string {
    this.nodes.push({ opType, name, inputs, outputs: [name], attributes });
    this.#channels.set(name, channels ?? this.#channels.get(inputs[0] ?? '') ?? 0);
    return name;
  }

  conv(name: string, input: string, filters: number, { kernel = 1, stride = 1, depthwise = false }: Filters = {}) {
    const channels = this.#channels.get(input) ?? 0;
    const weight = this.floats([filters, depthwise ? 1 : channels, kernel, kernel]);
    const side = (kernel - 1) / 2;
    const attributes = {
      kernel_shape: { ints: [kernel, kernel] },
      pads: { ints: [side, side, side, side] },
      strides: { ints: [stride, stride] },
      group: { int: depthwise ? channels : 1 },
    };
    return this.op('Conv', name, [input, weight, this.floats([filters])], attributes, filters);
  }

  /** A convolution with Relu behind; the Relu has the name. */
  convRelu(name: string, input: string, filters: number, shape: Filters = {}): string {
    return this.op('Relu', name, [this.conv(`${name}_conv`, input, filters, shape)]);
  }

  model(outputs: readonly string[]): Model {
    const inputs = { x: ['float32', this.dims] as const };
    return buildModel({ inputs, outputs, weights: this.#weights, nodes: this.nodes });
  }
}
