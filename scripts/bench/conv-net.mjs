// Writes image networks layer by layer, with seeded random weights that exist only while they are written.
import { computedTensor, elementCount, float32Tensor } from '@onnx-compress/graph';
import { buildModel } from '@onnx-compress/test-kit/models';

/** Uniform numbers of this standard deviation, from the generator "xorshift32". */
function uniform(count, seed, deviation) {
  const values = new Float32Array(count);
  const step = (deviation * Math.sqrt(12)) / 2 ** 32;
  let bits = Math.imul(seed + 1, 0x9e3779b1) | 1;
  for (let index = 0; index < count; index++) {
    bits ^= bits << 13;
    bits ^= bits >>> 17;
    bits ^= bits << 5;
    values[index] = bits * step;
  }
  return new Uint8Array(values.buffer);
}

const ints = (values) => ({ ints: values });

/**
 * A network in the making. A value is `{ name, channels }`. Convolutions are named, and `widths` may give a convolution
 * another number of filters than the architecture says; so a network is built again at the widths that pruning left.
 */
export class ConvNet {
  #weights = {};
  #nodes = [];
  #widths;

  constructor(widths = new Map()) {
    this.#widths = widths;
  }

  #weight(name, dims, deviation) {
    const seed = Object.keys(this.#weights).length;
    this.#weights[name] = computedTensor('float32', dims, async () => uniform(elementCount(dims), seed, deviation));
    return name;
  }

  #constant(name, size, value) {
    this.#weights[name] = float32Tensor([size], new Float32Array(size).fill(value));
    return name;
  }

  #append(opType, name, inputs, channels, attributes = {}) {
    this.#nodes.push({ opType, name, inputs, outputs: [`${name}.out`], attributes });
    return { name: `${name}.out`, channels };
  }

  /** Convolution without bias; the padding keeps the size of the image at stride 1. */
  conv(input, name, filters, { kernel = 1, stride = 1 } = {}) {
    const wanted = this.#widths.get(name) ?? filters;
    const fanIn = input.channels * kernel * kernel;
    const weight = this.#weight(`${name}.weight`, [wanted, input.channels, kernel, kernel], Math.sqrt(2 / fanIn));
    const pads = Array(4).fill((kernel - 1) / 2);
    const attributes = { kernel_shape: ints([kernel, kernel]), strides: ints([stride, stride]), pads: ints(pads) };
    return this.#append('Conv', name, [input.name, weight], wanted, attributes);
  }

  batchNorm({ name: input, channels }, name) {
    const constants = { scale: 1, bias: 0.1, mean: 0, variance: 1 };
    const inputs = Object.entries(constants).map(([key, value]) => this.#constant(`${name}.${key}`, channels, value));
    return this.#append('BatchNormalization', name, [input, ...inputs], channels);
  }

  relu({ name: input, channels }, name) {
    return this.#append('Relu', name, [input], channels);
  }

  add(left, right, name) {
    return this.#append('Add', name, [left.name, right.name], left.channels);
  }

  maxPool({ name: input, channels }, name, { kernel = 2, pad = 0 } = {}) {
    const attributes = { kernel_shape: ints([kernel, kernel]), strides: ints([2, 2]), pads: ints(Array(4).fill(pad)) };
    return this.#append('MaxPool', name, [input], channels, attributes);
  }

  globalAverage({ name: input, channels }, name) {
    const pooled = this.#append('GlobalAveragePool', name, [input], channels);
    return this.#append('Flatten', `${name}.flat`, [pooled.name], channels);
  }

  /** All elements of an image of this size as features. */
  flatten({ name: input, channels }, name, size) {
    return this.#append('Flatten', name, [input], channels * size * size);
  }

  linear({ name: input, channels }, name, features) {
    const weight = this.#weight(`${name}.weight`, [features, channels], Math.sqrt(2 / channels));
    const bias = this.#constant(`${name}.bias`, features, 0);
    return this.#append('Gemm', name, [input, weight, bias], features, { transB: { int: 1 } });
  }

  /** The network from the input `image` of this size to `output`. */
  build(size, output) {
    return buildModel({
      inputs: { image: ['float32', ['batch', 3, size, size]] },
      outputs: { [output.name]: ['float32', ['batch', output.channels]] },
      weights: this.#weights,
      nodes: this.#nodes,
    });
  }
}

/** The name that every network gives to the image. */
export const IMAGE = { name: 'image', channels: 3 };
