// The models of bench-noise.mjs: a small convolutional net and variants of it with more, less or masked work.
import { float32Tensor, modelBytes } from '@onnx-compress/graph';
import { buildModel, randomFloats, randomValues } from '@onnx-compress/test-kit/models';

const SIZE = 32;
const CLASSES = 10;

const ints = (values) => ({ ints: values });

/** Convolution, ReLU; weights scaled so that activations keep their size. */
class Net {
  weights = {};
  nodes = [];
  value = 'x';
  macs = 0;

  constructor(channels, size, zeros) {
    Object.assign(this, { channels, size, zeros });
  }

  #name(suffix) {
    return `n${this.nodes.length}${suffix}`;
  }

  #weight(name, dims, fanIn) {
    const values = randomValues(
      dims.reduce((product, dim) => product * dim, 1),
      this.nodes.length + 1,
      Math.sqrt(2 / fanIn),
    );
    const kept = randomValues(values.length, this.nodes.length + 1001);
    const threshold = [...kept].sort((a, b) => a - b)[Math.floor(this.zeros * kept.length)] ?? Number.POSITIVE_INFINITY;
    this.weights[name] = float32Tensor(
      dims,
      values.map((value, index) => (this.zeros > 0 && kept[index] < threshold ? 0 : value)),
    );
    return name;
  }

  #append(opType, inputs, attributes) {
    const output = this.#name('y');
    this.nodes.push({ opType, inputs: [this.value, ...inputs], outputs: [output], ...(attributes && { attributes }) });
    this.value = output;
  }

  conv(filters, kernel = 3) {
    const fanIn = this.channels * kernel * kernel;
    const weight = this.#weight(this.#name('w'), [filters, this.channels, kernel, kernel], fanIn);
    this.macs += fanIn * filters * this.size * this.size;
    const pad = (kernel - 1) / 2;
    this.#append('Conv', [weight], { pads: ints([pad, pad, pad, pad]) });
    this.#append('Relu', []);
    this.channels = filters;
    return this;
  }

  pool() {
    this.#append('MaxPool', [], { kernel_shape: ints([2, 2]), strides: ints([2, 2]) });
    this.size /= 2;
    return this;
  }

  classify() {
    this.#append('GlobalAveragePool', []);
    this.#append('Flatten', []);
    const weight = this.#weight(this.#name('w'), [this.channels, CLASSES], this.channels);
    this.macs += this.channels * CLASSES;
    this.#append('MatMul', [weight]);
    return this;
  }

  async build() {
    const model = buildModel({
      inputs: { x: ['float32', [1, 3, SIZE, SIZE]] },
      outputs: [this.value],
      weights: this.weights,
      nodes: this.nodes,
    });
    return { bytes: await modelBytes(model), macs: this.macs };
  }
}

/**
 * Four convolutions on 32 x 32 and 16 x 16 pixels and a classifier; 6.3 million MACs with the default filters.
 * `added` puts convolutions of so many filters of so many pixels behind them, on 8 x 8 pixels; `zeros` is the part of
 * the weights that is 0.
 */
export function smallNet({ filters: [a, b, c, d] = [16, 16, 32, 32], zeros = 0, added = [] } = {}) {
  const net = new Net(3, SIZE, zeros).conv(a).conv(b).pool().conv(c).conv(d).pool();
  for (const [filters, kernel] of added) net.conv(filters, kernel);
  return net.classify().build();
}

/** Values for the input of every model here. */
export async function imageFeeds() {
  const dims = [1, 3, SIZE, SIZE];
  return new Map([['x', { dataType: 'float32', dims, bytes: await randomFloats(dims, 7).bytes() }]]);
}
