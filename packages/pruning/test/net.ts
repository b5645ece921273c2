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

const SPACE = 6;

/** Builds small nets for tests, node by node; activations are [2, channels, 6, 6] unless a node changes that. */
export class Net {
  readonly #nodes: NodeSpec[] = [];
  readonly #weights: Record<string, Tensor> = {};
  readonly #channels = new Map<string, number>();
  #count = 0;

  constructor(
    readonly inputChannels = 3,
    readonly opset = 17,
    readonly batch: Dim = 2,
  ) {
    this.#channels.set('x', inputChannels);
  }

  /** Channels of an activation that the builder made. */
  channels(value: string): number {
    return present(this.#channels.get(value), value);
  }

  weight(dims: readonly number[], scale = 0.5): string {
    const name = `w${++this.#count}`;
    this.#weights[name] = randomFloats(dims, this.#count, scale);
    return name;
  }

  integers(values: readonly number[]): string {
    return this.constant(int64Tensor([values.length], values));
  }

  constant(tensor: Tensor): string {
    const name = `c${++this.#count}`;
    this.#weights[name] = tensor;
    return name;
  }

  /** Adds a node with one output of so many channels; returns the output's name. */
  op(
    opType: string,
    inputs: readonly string[],
    channels: number,
    attributes: Record<string, AttributeValue> = {},
  ): string {
    return present(this.ops(opType, inputs, [channels], attributes)[0], opType);
  }

  ops(
    opType: string,
    inputs: readonly string[],
    channels: readonly number[],
    attributes: Record<string, AttributeValue> = {},
  ): string[] {
    const name = `${opType}_${++this.#count}`;
    const outputs = channels.map((_, index) => `${name}_${index}`);
    this.#nodes.push({ opType, name, inputs, outputs, attributes });
    for (const [index, output] of outputs.entries()) this.#channels.set(output, present(channels[index], output));
    return outputs;
  }

  conv(value: string, channels: number, options: { readonly groups?: number; readonly kernel?: number } = {}): string {
    const { groups = 1, kernel = 1 } = options;
    const weight = this.weight([channels, this.channels(value) / groups, kernel, kernel]);
    const pad = (kernel - 1) / 2;
    const attributes = { group: { int: groups }, pads: { ints: [pad, pad, pad, pad] } };
    return this.op('Conv', [value, weight, this.weight([channels])], channels, attributes);
  }

  convTranspose(value: string, channels: number, groups = 1): string {
    const weight = this.weight([this.channels(value), channels / groups, 1, 1]);
    return this.op('ConvTranspose', [value, weight, this.weight([channels])], channels, { group: { int: groups } });
  }

  batchNorm(value: string): string {
    const channels = this.channels(value);
    const variance = this.constant(positive(channels));
    const parameters = [this.weight([channels]), this.weight([channels]), this.weight([channels]), variance];
    return this.op('BatchNormalization', [value, ...parameters], channels);
  }

  unary(opType: string, value: string): string {
    return this.op(opType, [value], this.channels(value));
  }

  /** Channel shuffle as exporters write it. */
  shuffle(value: string, groups: number): string {
    const channels = this.channels(value);
    const split = this.integers([0, groups, channels / groups, SPACE, SPACE]);
    const apart = this.op('Reshape', [value, split], channels);
    const swapped = this.op('Transpose', [apart], channels, { perm: { ints: [0, 2, 1, 3, 4] } });
    return this.op('Reshape', [swapped, this.integers([0, -1, SPACE, SPACE])], channels);
  }

  /** Global average pooling and a linear layer: the usual end of a classifier. */
  classifier(value: string, classes = 5): string {
    const channels = this.channels(value);
    const pooled = this.op('GlobalAveragePool', [value], channels);
    const flat = this.op('Flatten', [pooled], channels);
    return this.op('Gemm', [flat, this.weight([classes, channels]), this.weight([classes])], classes, {
      transB: { int: 1 },
    });
  }

  build(...outputs: readonly string[]): Model {
    return buildModel({
      opset: this.opset,
      inputs: { x: ['float32', [this.batch, this.inputChannels, SPACE, SPACE]] },
      outputs,
      weights: this.#weights,
      nodes: this.#nodes,
    });
  }
}

/** Variances: between 0.5 and 1.5. */
function positive(channels: number): Tensor {
  return float32Tensor(
    [channels],
    Array.from({ length: channels }, (_, index) => 0.5 + (index % 3) / 2),
  );
}
