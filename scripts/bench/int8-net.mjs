// Small nets whose middle is the operator to be timed, in float32 and with QuantizeLinear and DequantizeLinear around it.
import { createModel, float32Tensor, int32Tensor, int64Tensor, memoryTensor } from '@onnx-compress/graph';
import { randomFloats } from '@onnx-compress/test-kit/models';

/** One scale for all values: it makes Relu and Clip(0, 6) redundant, and both sides of data movement equal. */
const SCALE = 6 / 255;
const WEIGHT_SCALE = 1 / 127;
const FOLDED = new Set(['Relu', 'Clip']);
const LAYERS = new Set(['Conv', 'ConvTranspose', 'Gemm', 'MatMul']);

/** Nodes and constants of a net, collected while it is written down. */
export class Net {
  nodes = [];
  weights = {};
  inputs = [];

  constructor(inputs) {
    this.inputs = Object.entries(inputs).map(([name, dims]) => ({ name, dataType: 'float32', dims }));
  }

  constant(tensor) {
    const name = `c${Object.keys(this.weights).length}`;
    this.weights[name] = tensor;
    return name;
  }

  floats(dims) {
    return this.constant(randomFloats(dims, Object.keys(this.weights).length, 0.2));
  }

  numbers(values) {
    return this.constant(float32Tensor([], values));
  }

  integers(values) {
    return this.constant(int64Tensor([values.length], values));
  }

  /** Adds a node with as many outputs as asked for; returns their names, or the name where there is one. */
  op(opType, inputs, attributes = {}, outputs = 1) {
    const first = this.nodes.length;
    const names = Array.from({ length: outputs }, (_, index) => `v${first}_${index}`);
    this.nodes.push({ opType, inputs, outputs: names, attributes });
    return outputs === 1 ? names[0] : names;
  }

  /** A convolution from so many channels to so many, with bias. */
  conv(input, from, to, { kernel = 1, group = 1, stride = 1 } = {}) {
    const inputs = [input, this.floats([to, from / group, kernel, kernel]), this.floats([to])];
    const side = Math.floor(kernel / 2);
    return this.op('Conv', inputs, {
      kernel_shape: { ints: [kernel, kernel] },
      pads: { ints: [side, side, side, side] },
      strides: { ints: [stride, stride] },
      group: { int: group },
    });
  }

  relu(input) {
    return this.op('Relu', [input]);
  }

  /** The model in float32, with `output` as its output. */
  float(output) {
    return this.#model(output, this.nodes, this.weights);
  }

  /** The model with every value quantized but those that only an activation function behind a layer reads. */
  quantized(output) {
    const weights = { ...this.weights };
    const nodes = [];
    const quantizer = new Quantizer(this, nodes, weights);
    for (const { name } of this.inputs) quantizer.quantize(name);
    for (const node of this.nodes) quantizer.add(node);
    return this.#model(quantizer.read(output), nodes, weights);
  }

  #model(output, nodes, weights) {
    const model = createModel({ opset: 17, inputs: this.inputs, outputs: [{ name: 'y' }] });
    for (const [name, tensor] of Object.entries(weights)) model.graph.addWeight(name, tensor);
    for (const node of nodes) model.graph.addNode(node);
    model.graph.addNode({ opType: 'Identity', inputs: [output], outputs: ['y'] });
    return model;
  }
}

/** Writes the nodes of a net once more, with their values and weights quantized. */
class Quantizer {
  #integers = new Map();

  constructor(net, nodes, weights) {
    this.net = net;
    this.nodes = nodes;
    this.weights = weights;
    weights.scale = float32Tensor([], [SCALE]);
    weights.zero = memoryTensor('uint8', [], new Uint8Array(1));
  }

  add(node) {
    const inputs = node.inputs.map((name, index) => this.#input(node, name, index));
    this.nodes.push({ ...node, inputs });
    for (const output of node.outputs) if (!this.#isFolded(node, output)) this.quantize(output);
  }

  quantize(value) {
    this.nodes.push({ opType: 'QuantizeLinear', inputs: [value, 'scale', 'zero'], outputs: [`${value}_q`] });
    this.#integers.set(value, `${value}_q`);
  }

  /** The value as floats again, by a node of its own for each reader. */
  read(value) {
    const integers = this.#integers.get(value);
    return integers === undefined ? value : this.#dequantize([integers, 'scale', 'zero']);
  }

  #input(node, name, index) {
    const tensor = this.weights[name];
    if (tensor === undefined) return this.read(name);
    if (tensor.dataType !== 'float32' || FOLDED.has(node.opType)) return name;
    if (!LAYERS.has(node.opType)) return name;
    return index === 2 ? this.#bias(name, tensor) : this.#weight(node, name, tensor);
  }

  #weight({ opType, attributes }, name, { dims }) {
    const axis = opType === 'Conv' || attributes.transB?.int === 1 ? 0 : 1;
    const count = dims.reduce((product, size) => product * size, 1);
    const values = Int8Array.from({ length: count }, (_, index) => ((index * 37) % 255) - 127);
    this.weights[`${name}_q`] = memoryTensor('int8', dims, new Uint8Array(values.buffer));
    this.weights[`${name}_s`] = float32Tensor([dims[axis]], new Float32Array(dims[axis]).fill(WEIGHT_SCALE));
    this.weights[`${name}_z`] = memoryTensor('int8', [dims[axis]], new Uint8Array(dims[axis]));
    return this.#dequantize([`${name}_q`, `${name}_s`, `${name}_z`], axis);
  }

  #bias(name, { dims: [size] }) {
    this.weights[`${name}_q`] = int32Tensor([size], new Array(size).fill(100));
    this.weights[`${name}_s`] = float32Tensor([size], new Float32Array(size).fill(WEIGHT_SCALE * SCALE));
    return this.#dequantize([`${name}_q`, `${name}_s`], 0);
  }

  #dequantize(inputs, axis) {
    const output = `d${this.nodes.length}`;
    const attributes = axis === undefined ? {} : { axis: { int: axis } };
    this.nodes.push({ opType: 'DequantizeLinear', inputs, outputs: [output], attributes });
    return output;
  }

  #isFolded({ opType }, output) {
    const readers = this.net.nodes.filter(({ inputs }) => inputs.includes(output));
    return LAYERS.has(opType) && readers.length === 1 && FOLDED.has(readers[0].opType);
  }
}
