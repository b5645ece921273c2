// npm run bench:int8-kernels: what operators take in float32 and on integers inside onnxruntime, and what the borders
// between the two take; one thread, least times. The tables in quantization/src/placement/targets come from it.
import { fitTimes } from './bench/fit-times.mjs';
import { Net } from './bench/int8-net.mjs';
import {
  BETWEEN,
  BETWEEN_CONVOLUTIONS,
  CONVOLUTIONS,
  PRODUCTS,
  SEQUENCE_CONVOLUTIONS,
} from './bench/int8-operators.mjs';
import { feed, nodeTimes } from './bench/node-times.mjs';

const LAYERS = new Set(['Conv', 'FusedConv', 'QLinearConv', 'Gemm', 'FusedGemm', 'QGemm', 'MatMul', 'QLinearMatMul']);
const sizeOf = (dims) => dims.reduce((product, size) => product * size, 1);
const nanoseconds = (microseconds, quantity) => ((microseconds * 1000) / quantity).toFixed(3).padStart(8);

/** Both forms of a net: the nodes that run, with their times. */
async function timed(net, output) {
  const feeds = { x: feed(net.inputs[0].dims) };
  return {
    float: await nodeTimes(net.float(output), feeds),
    integer: await nodeTimes(net.quantized(output), feeds),
  };
}

const total = (nodes, operators) =>
  nodes.filter(({ operator }) => operators.includes(operator)).reduce((sum, { microseconds }) => sum + microseconds, 0);

const count = (nodes, operator) => nodes.filter((node) => node.operator === operator).length;

async function betweenConvolutions(name, { kernels, build }) {
  const { channels, dims, widths } = BETWEEN;
  const net = new Net({ x: dims });
  const middle = build(net, net.relu(net.conv('x', channels, channels)));
  const { float, integer } = await timed(net, net.relu(net.conv(middle, widths[name] ?? channels, channels)));
  const elements = sizeOf(dims) * (name === 'Concat' ? 2 : name.startsWith('Resize') ? 4 : 1);
  const fused = count(integer, 'DequantizeLinear') === 1;
  const blocked = count(float, 'ReorderOutput') === 1;
  const times = `${nanoseconds(total(float, kernels), elements)} ${nanoseconds(total(integer, kernels), elements)}`;
  const ran = integer.map(({ operator }) => operator).filter((operator) => kernels.includes(operator));
  const notes = `${fused ? 'integer' : 'float  '} ${blocked ? 'blocked' : 'plain  '}`;
  console.log(`  ${name.padEnd(20)} ${times}  ${notes}  ${ran.join(' ') || '(folded)'}`);
}

/** A value that many elements of pass the borders between the float and the integer side of a net. */
async function borders() {
  const { channels, dims } = BETWEEN;
  const net = new Net({ x: dims });
  const { float, integer } = await timed(net, net.relu(net.conv('x', channels, channels)));
  const cost = (nodes, operator) => nanoseconds(total(nodes, [operator]) / count(nodes, operator), sizeOf(dims));
  console.log('Borders, ns per element');
  for (const operator of ['QuantizeLinear', 'DequantizeLinear', 'Transpose']) {
    console.log(`  ${operator.padEnd(20)} ${cost(integer, operator)}`);
  }
  for (const operator of ['ReorderInput', 'ReorderOutput']) {
    console.log(`  ${operator.padEnd(20)} ${cost(float, operator)}`);
  }
}

/** The time of the layer in the middle of three, or of the first of two. */
const layerTime = (nodes, index) => nodes.filter(({ operator }) => LAYERS.has(operator))[index].microseconds;

async function convolution([from, to, side, kernel, group, stride], kind) {
  const net = new Net({ x: [1, from, side, side] });
  const first = kind === 'stem' ? 'x' : net.relu(net.conv('x', from, from));
  const middle = net.relu(net.conv(first, from, to, { kernel, group, stride }));
  const nodes = await timed(net, net.relu(net.conv(middle, to, 8)));
  const outputs = to * Math.ceil(side / stride) ** 2;
  const weights = (to * kernel * kernel * from) / group;
  const quantities = [(outputs / to) * weights, outputs + from * side * side];
  return measured(nodes, kind === 'stem' ? 0 : 1, quantities);
}

const measured = ({ float, integer }, index, quantities) => ({
  float: { quantities, time: layerTime(float, index) * 1000 },
  integer: { quantities, time: layerTime(integer, index) * 1000 },
});

async function sequenceConvolution([channels, length, kernel, group]) {
  const net = new Net({ x: [1, channels, length] });
  const pads = { ints: [(kernel - 1) / 2, (kernel - 1) / 2] };
  const layer = (x) => {
    const inputs = [x, net.floats([channels, channels / group, kernel]), net.floats([channels])];
    return net.relu(net.op('Conv', inputs, { kernel_shape: { ints: [kernel] }, pads, group: { int: group } }));
  };
  const weights = (channels * channels * kernel) / group;
  return measured(await timed(net, layer(layer(layer('x')))), 1, [weights * length, 2 * channels * length]);
}

async function product([rows, depth, columns]) {
  const net = new Net({ x: [rows, depth] });
  const layer = (x, from, to) => net.op('MatMul', [x, net.floats([from, to])]);
  const output = layer(net.relu(layer(net.relu(layer('x', depth, depth)), depth, columns)), columns, depth);
  const quantities = [rows * depth * columns, rows * (depth + columns), depth * columns];
  return measured(await timed(net, output), 1, quantities);
}

function printFit(kind, rows) {
  for (const side of ['float', 'integer']) {
    const samples = rows.map((row) => row[side]);
    const costs = fitTimes(samples);
    const ratios = samples.map(({ quantities, time }) => {
      const predicted = quantities.reduce((sum, quantity, index) => sum + quantity * costs[index], 0);
      return (predicted / time).toFixed(2);
    });
    const columns = costs.map((cost) => cost.toFixed(4).padStart(8)).join(' ');
    const errors = `predicted/measured ${ratios.join(' ')}`;
    console.log(`  ${kind.padEnd(10)} ${side.padEnd(8)} ${columns.padEnd(28)} ${errors}`);
  }
}

await borders();
console.log('Operators between convolutions, ns per element: float, integer');
for (const [name, operator] of Object.entries(BETWEEN_CONVOLUTIONS)) await betweenConvolutions(name, operator);
console.log('Layers: ns per MAC, per element read or written, per weight');
for (const [kind, shapes] of Object.entries(CONVOLUTIONS)) {
  const rows = [];
  for (const shape of shapes) rows.push(await convolution(shape, kind));
  printFit(kind, rows);
}
const sequences = [];
for (const shape of SEQUENCE_CONVOLUTIONS) sequences.push(await sequenceConvolution(shape));
printFit('sequence', sequences);
const products = [];
for (const shape of PRODUCTS) products.push(await product(shape));
printFit('product', products);
