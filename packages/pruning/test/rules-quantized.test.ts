import { afterAll, describe, expect, it } from '@jest/globals';
import type { Change } from '@onnx-compress/core';
import {
  type AttributeValue,
  elementCount,
  float32Tensor,
  int32Tensor,
  type Model,
  memoryTensor,
  type NodeSpec,
  present,
  readFloats,
  type Tensor,
} from '@onnx-compress/graph';
import { channelLayout } from '@onnx-compress/math';
import { buildModel, relativeError, runModel } from '@onnx-compress/test-kit';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import { weightValues } from '../src/groups/weight-values.js';
import { exactly, pruned, randomFeeds } from './pruning-context.js';

afterAll(closeHost);

const MICROSOFT = 'com.microsoft';
const int = (value: number) => ({ int: value });

/** Builds nets of quantized operators; the input is [2, 6, 4, 4], or [2, 6] for layers without space. */
class QuantizedNet {
  readonly #nodes: NodeSpec[] = [];
  readonly #weights: Record<string, Tensor> = {};
  #count = 0;

  constructor(
    readonly dims: readonly number[] = [2, 6, 4, 4],
    readonly opset = 17,
  ) {}

  constant(tensor: Tensor): string {
    const name = `c${++this.#count}`;
    this.#weights[name] = tensor;
    return name;
  }

  int8(...dims: readonly number[]): string {
    const seed = ++this.#count;
    const values = Int8Array.from({ length: elementCount(dims) }, (_, index) => (((index + seed) * 73) % 101) - 50);
    return this.constant(memoryTensor('int8', dims, new Uint8Array(values.buffer)));
  }

  int32(size: number): string {
    return this.constant(
      int32Tensor(
        [size],
        Array.from({ length: size }, (_, index) => 40 * index - 60),
      ),
    );
  }

  /** Scales that broadcast to a weight. */
  aligned(dims: readonly number[]): string {
    const values = Array.from({ length: elementCount(dims) }, (_, index) => 0.01 * (1 + ((index * 5) % 7) / 3));
    return this.constant(float32Tensor(dims, values));
  }

  /** One scale, or one for each channel, none like the next. */
  scale(size?: number, value = 0.02): string {
    if (size === undefined) return this.constant(float32Tensor([], [value]));
    const values = Array.from({ length: size }, (_, index) => value * (1 + ((index * 5) % size) / 3));
    return this.constant(float32Tensor([size], values));
  }

  zero(dataType: 'int8' | 'uint8' | 'int32', size?: number, value = 0): string {
    const dims = size === undefined ? [] : [size];
    if (dataType === 'int32') return this.constant(int32Tensor(dims, Array(size ?? 1).fill(value)));
    return this.constant(
      memoryTensor(
        dataType,
        dims,
        Uint8Array.from({ length: size ?? 1 }, () => value),
      ),
    );
  }

  op(opType: string, inputs: readonly string[], attributes: Record<string, AttributeValue> = {}, domain = ''): string {
    return this.ops(opType, inputs, 1, attributes, domain)[0] ?? '';
  }

  ops(
    opType: string,
    inputs: readonly string[],
    count: number,
    attributes: Record<string, AttributeValue> = {},
    domain = '',
  ): string[] {
    const name = `${opType}_${++this.#count}`;
    const outputs = Array.from({ length: count }, (_, index) => `${name}_${index}`);
    this.#nodes.push({ opType, name, inputs, outputs, attributes, domain });
    return outputs;
  }

  /** Scale and zero point of activations. */
  activation(): [string, string] {
    return [this.scale(undefined, 0.05), this.zero('uint8', undefined, 120)];
  }

  quantizedInput(): string {
    return this.op('QuantizeLinear', ['x', ...this.activation()]);
  }

  qLinearConv(value: string, outputs: number, inputs: number): string {
    const weight = [this.int8(outputs, inputs, 1, 1), this.scale(outputs, 0.003), this.zero('int8', outputs)];
    return this.op('QLinearConv', [value, ...this.activation(), ...weight, ...this.activation(), this.int32(outputs)]);
  }

  build(value: string): Model {
    return buildModel({
      opset: this.opset,
      opsets: { [MICROSOFT]: 1 },
      inputs: { x: ['float32', [...this.dims]] },
      outputs: [value],
      weights: this.#weights,
      nodes: this.#nodes,
    });
  }
}

/** The axis along which an operator's weight meets its inputs, counted from the front. */
function inputAxis(opType: string, rank: number): number | undefined {
  if (opType.endsWith('Conv') || opType === 'ConvInteger') return 1;
  return opType.includes('MatMul') || opType.includes('Gemm') ? rank - 2 : undefined;
}

/** The original with zeros in the place of the weights that read removed channels. */
async function withoutInputs(original: Model, changed: readonly Change[]): Promise<Model> {
  const reference = original.clone();
  const nodes = new Map(Array.from(reference.nodes(), (node) => [node.label, node]));
  for (const { node, tensor, axis, removed } of changed) {
    const weight = present(reference.graph.value(String(tensor))?.weight, String(tensor));
    const { dims, dataType } = weight.tensor;
    const inputs = inputAxis(present(nodes.get(node), node).opType, dims.length);
    if (inputs === undefined || axis !== inputs || dims.length < 2) continue;
    const { outer, channels, inner } = channelLayout(dims, inputs);
    const bytes = Uint8Array.from(await weight.tensor.bytes());
    const gone = new Set(Array.isArray(removed) ? removed.map(Number) : []);
    const width = bytes.length / (outer * channels * inner);
    for (let row = 0; row < outer; row++) {
      for (const channel of gone) {
        const start = (row * channels + channel) * inner * width;
        bytes.fill(0, start, start + inner * width);
      }
    }
    weight.replace(memoryTensor(dataType, dims, bytes));
  }
  return reference;
}

/** Largest relative error of the pruned model against the original whose removed channels nothing reads. */
async function check(original: Model, tolerance = 1e-4): Promise<readonly Change[]> {
  const { model, result } = await pruned(original, exactly(0.4));
  expect(model.validate()).toEqual([]);
  expect(result.changed).not.toEqual([]);
  const reference = await withoutInputs(original, result.changed);
  const feeds = randomFeeds(original);
  const outputOf = async (run: Model, level: 'disabled' | 'all') => {
    const [tensor] = (await runModel(run, feeds, level)).values();
    return readFloats(present(tensor, 'output'));
  };
  expect(relativeError(await outputOf(original, 'disabled'), await outputOf(reference, 'disabled'))).toBeGreaterThan(
    0.01,
  );
  for (const level of ['disabled', 'all'] as const) {
    const expected = await outputOf(reference, level);
    expect(relativeError(expected, await outputOf(model, level))).toBeLessThanOrEqual(tolerance);
  }
  return result.changed;
}

/** Nets of layers on integers. */
const NETS: Readonly<Record<string, (net: QuantizedNet) => string>> = {
  'QLinearConv with a scale for each channel': (net) => {
    const hidden = net.qLinearConv(net.qLinearConv(net.quantizedInput(), 10, 6), 4, 10);
    return net.op('DequantizeLinear', [hidden, ...net.activation()]);
  },
  'QLinearAdd, QLinearMul and QLinearLeakyRelu': (net) => {
    const value = net.quantizedInput();
    const [first, second] = [net.qLinearConv(value, 10, 6), net.qLinearConv(value, 10, 6)];
    const scales = () => net.activation();
    const sum = net.op('QLinearAdd', [first, ...scales(), second, ...scales(), ...scales()], {}, MICROSOFT);
    const product = net.op('QLinearMul', [sum, ...scales(), first, ...scales(), ...scales()], {}, MICROSOFT);
    const leaky = net.op('QLinearLeakyRelu', [product, ...scales(), ...scales()], {}, MICROSOFT);
    return net.op('DequantizeLinear', [net.qLinearConv(leaky, 4, 10), ...scales()]);
  },
  'QLinearConcat and QLinearAveragePool': (net) => {
    const value = net.quantizedInput();
    const parts = [net.qLinearConv(value, 5, 6), net.qLinearConv(value, 7, 6)];
    const inputs = [...net.activation(), ...parts.flatMap((part) => [part, ...net.activation()])];
    const joined = net.op('QLinearConcat', inputs, { axis: int(1) }, MICROSOFT);
    const attributes = { kernel_shape: { ints: [2, 2] } };
    const pooled = net.op(
      'QLinearAveragePool',
      [joined, ...net.activation(), ...net.activation()],
      attributes,
      MICROSOFT,
    );
    return net.op('DequantizeLinear', [net.qLinearConv(pooled, 4, 12), ...net.activation()]);
  },
  'QLinearGlobalAveragePool and QLinearSigmoid': (net) => {
    const value = net.qLinearConv(net.quantizedInput(), 10, 6);
    const scales = () => net.activation();
    const pooled = net.op('QLinearGlobalAveragePool', [value, ...scales(), ...scales()], {}, MICROSOFT);
    const gate = net.op('QLinearSigmoid', [pooled, ...scales(), ...scales()], {}, MICROSOFT);
    return net.op('DequantizeLinear', [net.qLinearConv(gate, 4, 10), ...scales()]);
  },
};

/** Layers without space. */
const MATRIX_NETS: Readonly<Record<string, (net: QuantizedNet) => string>> = {
  'QLinearMatMul with a scale for each column': (net) => {
    const layer = (value: string, inputs: number, outputs: number) => {
      const weight = [net.int8(inputs, outputs), net.scale(outputs, 0.003), net.zero('int8', outputs)];
      return net.op('QLinearMatMul', [value, ...net.activation(), ...weight, ...net.activation()]);
    };
    return net.op('DequantizeLinear', [layer(layer(net.quantizedInput(), 6, 10), 10, 4), ...net.activation()]);
  },
  'QGemm with a bias': (net) => {
    const layer = (value: string, inputs: number, outputs: number) => {
      const weight = [net.int8(inputs, outputs), net.scale(outputs, 0.003), net.zero('int8', outputs)];
      const operands = [value, ...net.activation(), ...weight, net.int32(outputs), ...net.activation()];
      return net.op('QGemm', operands, {}, MICROSOFT);
    };
    return net.op('DequantizeLinear', [layer(layer(net.quantizedInput(), 6, 10), 10, 4), ...net.activation()]);
  },
  'MatMulIntegerToFloat and its biases': (net) => {
    const layer = (value: string, inputs: number, outputs: number) => {
      const quantized = net.op('QuantizeLinear', [value, ...net.activation()]);
      const [scale, zero] = net.activation();
      const operands = [quantized, net.int8(inputs, outputs), scale, net.scale(outputs, 0.003), zero];
      const bias = net.scale(outputs);
      return net.op('MatMulIntegerToFloat', [...operands, net.zero('int8', outputs), bias], {}, MICROSOFT);
    };
    return layer(net.op('Relu', [layer('x', 6, 10)]), 10, 4);
  },
};

/** Weights in float precision at run time. */
const DEQUANTIZED: Readonly<Record<string, (net: QuantizedNet) => string>> = {
  'a scale for each channel': (net) => {
    const weight = (outputs: number, inputs: number) => {
      const operands = [net.int8(outputs, inputs, 1, 1), net.scale(outputs, 0.01), net.zero('int8', outputs)];
      return net.op('DequantizeLinear', operands, { axis: int(0) });
    };
    const bias = net.op('DequantizeLinear', [net.int32(10), net.scale(10, 0.001)], { axis: int(0) });
    const hidden = net.op('Relu', [net.op('Conv', ['x', weight(10, 6), bias])]);
    return net.op('Conv', [hidden, weight(4, 10)]);
  },
  'Cast and Mul by scales instead, which onnxruntime computes while loading': (net) => {
    const weight = (outputs: number, inputs: number) => {
      const stored = net.op('Cast', [net.int8(outputs, inputs, 1, 1)], { to: int(1) });
      return net.op('Mul', [stored, net.aligned([outputs, 1, 1, 1])]);
    };
    return net.op('Conv', [net.op('Relu', [net.op('Conv', ['x', weight(10, 6)])]), weight(4, 10)]);
  },
  'scales along the input channels of the next layer': (net) => {
    const first = net.op('DequantizeLinear', [net.int8(10, 6, 1, 1), net.scale(6, 0.01)], { axis: int(1) });
    const second = net.op('DequantizeLinear', [net.int8(4, 10, 1, 1), net.scale(10, 0.01)], { axis: int(1) });
    return net.op('Conv', [net.op('Conv', ['x', first]), second]);
  },
};

describe('channels of quantized layers go with their scales, zero points and biases', () => {
  it.each(Object.entries(NETS))('%s', async (_, build) => {
    const net = new QuantizedNet();
    await check(net.build(build(net)));
  });

  it.each(Object.entries(MATRIX_NETS))('%s', async (_, build) => {
    const net = new QuantizedNet([2, 6]);
    await check(net.build(build(net)));
  });

  it.each(Object.entries(DEQUANTIZED))('DequantizeLinear with %s', async (_, build) => {
    const net = new QuantizedNet();
    const original = net.build(build(net));
    const changed = await check(original);
    expect(changed.length).toBeGreaterThan(2);
  });

  it('blocks of input channels that share a scale go as a whole', async () => {
    const net = new QuantizedNet([2, 6], 21);
    const blocks = net.constant(
      float32Tensor(
        [4, 5],
        Array.from({ length: 20 }, (_, index) => 0.01 + index / 1000),
      ),
    );
    const first = net.op('DequantizeLinear', [net.int8(6, 12), net.scale(12, 0.01)], { axis: int(1) });
    const second = net.op('DequantizeLinear', [net.int8(12, 5), blocks], { axis: int(0), block_size: int(3) });
    const changed = await check(net.build(net.op('MatMul', [net.op('MatMul', ['x', first]), second])));
    const [columns] = changed.filter(({ sizeBefore }) => sizeBefore === 12);
    expect(Array.isArray(columns?.removed) && columns.removed.length % 3).toBe(0);
  });

  it('activations that are quantized at run time, up to the rounding of their range', async () => {
    const net = new QuantizedNet([2, 6]);
    const layer = (value: string, inputs: number, outputs: number) => {
      const [integers = '', scale = '', zero = ''] = net.ops('DynamicQuantizeLinear', [value], 3);
      const product = net.op('MatMulInteger', [integers, net.int8(inputs, outputs), zero]);
      const scales = net.op('Mul', [scale, net.scale(outputs, 0.01)]);
      return net.op('Mul', [net.op('Cast', [product], { to: int(1) }), scales]);
    };
    await check(net.build(layer(net.op('Relu', [layer('x', 6, 10)]), 10, 4)), 0.02);
  });
});

describe('a quantized weight is ranked by what its integers stand for', () => {
  it('takes scales and zero points of the channels into account', async () => {
    const net = new QuantizedNet([2, 6]);
    const stored = net.constant(memoryTensor('uint8', [2, 3], Uint8Array.of(10, 20, 30, 40, 50, 60)));
    const scale = net.constant(float32Tensor([3], [1, 0.5, 2]));
    const zero = net.constant(memoryTensor('uint8', [3], Uint8Array.of(10, 0, 30)));
    const weight = net.op('DequantizeLinear', [stored, scale, zero], { axis: int(1) });
    const model = net.build(net.op('MatMul', [net.op('Slice', ['x', ...bounds(net)]), weight]));
    const values = await weightValues(present(model.graph.value(stored)?.weight, stored));
    expect([...values]).toEqual([0, 10, 0, 30, 25, 60]);
  });

  it('reads scales that are multiplied behind a product of integers', async () => {
    const net = new QuantizedNet([2, 2]);
    const [integers = '', scale = '', zero = ''] = net.ops('DynamicQuantizeLinear', ['x'], 3);
    const stored = net.constant(memoryTensor('uint8', [2, 3], Uint8Array.of(1, 2, 3, 4, 5, 6)));
    const product = net.op('Cast', [net.op('MatMulInteger', [integers, stored, zero])], { to: int(1) });
    const scales = net.op('Mul', [scale, net.constant(float32Tensor([3], [1, 2, 3]))]);
    const model = net.build(net.op('Mul', [product, scales]));
    const values = await weightValues(present(model.graph.value(stored)?.weight, stored));
    expect([...values]).toEqual([1, 4, 9, 4, 10, 18]);
  });

  it('reads scales of rows that are picked with the rows', async () => {
    const net = new QuantizedNet([2, 2]);
    const indices = net.op('ArgMax', ['x'], { axis: int(1), keepdims: int(0) });
    const stored = net.constant(memoryTensor('int8', [3, 2], Uint8Array.of(1, 2, 3, 4, 5, 6)));
    const scale = net.constant(float32Tensor([3, 1], [1, 10, 100]));
    const rows = net.op('Cast', [net.op('Gather', [stored, indices])], { to: int(1) });
    const table = net.op('Mul', [rows, net.op('Gather', [scale, indices])]);
    const columns = net.op('DequantizeLinear', [net.int8(2, 3), net.scale(3)], { axis: int(1) });
    const model = net.build(net.op('MatMul', [table, columns]));
    const values = await weightValues(present(model.graph.value(stored)?.weight, stored));
    expect([...values]).toEqual([1, 2, 30, 40, 500, 600]);
  });

  it('knows scales of blocks', async () => {
    const net = new QuantizedNet([2, 4], 21);
    const stored = net.constant(memoryTensor('int8', [4, 2], Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)));
    const scale = net.constant(float32Tensor([2, 2], [1, 10, 100, 1000]));
    const weight = net.op('DequantizeLinear', [stored, scale], { axis: int(0), block_size: int(2) });
    const model = net.build(net.op('MatMul', ['x', weight]));
    const values = await weightValues(present(model.graph.value(stored)?.weight, stored));
    expect([...values]).toEqual([1, 20, 3, 40, 500, 6000, 700, 8000]);
  });
});

/** The first two columns. */
function bounds(net: QuantizedNet): string[] {
  return [[0], [2], [1]].map((values) => net.constant(int32Tensor([1], values)));
}
