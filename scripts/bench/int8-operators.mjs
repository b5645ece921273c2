// Operators to time between two convolutions: name, what they are built from, and their input shape.
import { float32Tensor } from '@onnx-compress/graph';

const CHANNELS = 64;
const SIDE = 56;

const ints = (...values) => ({ ints: values });
const int = (value) => ({ int: value });
const string = (value) => ({ string: value });

const sibling = (net, x) => net.relu(net.conv(x, CHANNELS, CHANNELS));
const resize = (mode) => (net, x) =>
  net.op('Resize', [x, '', net.constant(float32Tensor([4], [1, 1, 2, 2]))], {
    mode: string(mode),
    ...(mode === 'nearest' && {
      coordinate_transformation_mode: string('asymmetric'),
      nearest_mode: string('floor'),
    }),
  });

/** Builders of the operator in the middle: (net, value) => value; `kernels` are what runs it, in float or on integers. */
export const BETWEEN_CONVOLUTIONS = {
  Add: { kernels: ['Add', 'QLinearAdd'], build: (net, x) => net.op('Add', [x, sibling(net, x)]) },
  Relu: { kernels: ['Relu'], build: (net, x) => net.relu(net.op('Add', [x, sibling(net, x)])) },
  Mul: { kernels: ['Mul', 'QLinearMul'], build: (net, x) => net.op('Mul', [x, sibling(net, x)]) },
  Sub: { kernels: ['Sub'], build: (net, x) => net.op('Sub', [x, sibling(net, x)]) },
  Div: { kernels: ['Div'], build: (net, x) => net.op('Div', [x, sibling(net, x)]) },
  Concat: {
    kernels: ['Concat', 'QLinearConcat'],
    build: (net, x) => net.op('Concat', [x, sibling(net, x)], { axis: int(1) }),
  },
  AveragePool: {
    kernels: ['AveragePool', 'QLinearAveragePool'],
    build: (net, x) => net.op('AveragePool', [x], { kernel_shape: ints(2, 2), strides: ints(2, 2) }),
  },
  MaxPool: {
    kernels: ['MaxPool', 'NhwcMaxPool'],
    build: (net, x) => net.op('MaxPool', [x], { kernel_shape: ints(3, 3), strides: ints(2, 2) }),
  },
  GlobalAveragePool: {
    kernels: ['GlobalAveragePool', 'QLinearGlobalAveragePool'],
    build: (net, x) => net.op('GlobalAveragePool', [x]),
  },
  LeakyRelu: {
    kernels: ['LeakyRelu', 'QLinearLeakyRelu'],
    build: (net, x) => net.op('LeakyRelu', [x], { alpha: { float: 0.1 } }),
  },
  Sigmoid: { kernels: ['Sigmoid', 'QLinearSigmoid'], build: (net, x) => net.op('Sigmoid', [x]) },
  HardSigmoid: { kernels: ['HardSigmoid'], build: (net, x) => net.op('HardSigmoid', [x]) },
  HardSwish: { kernels: ['HardSwish', 'HardSigmoid', 'Mul'], build: (net, x) => net.op('HardSwish', [x]) },
  Tanh: { kernels: ['Tanh'], build: (net, x) => net.op('Tanh', [x]) },
  Softmax: { kernels: ['Softmax', 'QLinearSoftmax'], build: (net, x) => net.op('Softmax', [x], { axis: int(-1) }) },
  'Resize, nearest': { kernels: ['Resize', 'Upsample'], build: resize('nearest') },
  'Resize, linear': { kernels: ['Resize', 'Upsample'], build: resize('linear') },
  Slice: {
    kernels: ['Slice'],
    build: (net, x) => net.op('Slice', [x, net.integers([0]), net.integers([CHANNELS / 2]), net.integers([1])]),
  },
  Split: {
    kernels: ['Split'],
    build: (net, x) => net.op('Concat', net.op('Split', [x], { axis: int(1) }, 2).reverse(), { axis: int(1) }),
  },
  Transpose: {
    kernels: ['Transpose'],
    build: (net, x) => net.op('Transpose', [x], { perm: ints(0, 1, 3, 2) }),
  },
  Reshape: {
    kernels: ['Reshape', 'Transpose'],
    build: (net, x) => net.op('Reshape', [x, net.integers([1, CHANNELS, SIDE / 2, SIDE * 2])]),
  },
  Pad: { kernels: ['Pad'], build: (net, x) => net.op('Pad', [x, net.integers([0, 0, 1, 1, 0, 0, 1, 1])]) },
  DepthToSpace: {
    kernels: ['DepthToSpace'],
    build: (net, x) => net.conv(net.op('DepthToSpace', [x], { blocksize: int(2) }), CHANNELS / 4, CHANNELS),
  },
};

/** Channels and shape of the value between the convolutions; operators that change the channels say so. */
export const BETWEEN = {
  channels: CHANNELS,
  dims: [1, CHANNELS, SIDE, SIDE],
  widths: { Concat: 2 * CHANNELS, Slice: CHANNELS / 2 },
};

/** Convolutions by kind: [input channels, output channels, side of the image, kernel, groups, stride]. */
export const CONVOLUTIONS = {
  dense: [
    [64, 64, 56, 3, 1, 1],
    [128, 128, 28, 3, 1, 1],
    [16, 64, 56, 3, 1, 1],
    [256, 256, 14, 3, 1, 2],
    [64, 128, 14, 3, 1, 1],
  ],
  pointwise: [
    [64, 64, 56, 1, 1, 1],
    [16, 96, 56, 1, 1, 1],
    [96, 24, 56, 1, 1, 1],
    [256, 256, 28, 1, 1, 1],
    [512, 512, 7, 1, 1, 1],
    [32, 16, 112, 1, 1, 1],
  ],
  depthwise: [
    [64, 64, 112, 3, 64, 1],
    [256, 256, 28, 3, 256, 1],
    [96, 96, 112, 3, 96, 2],
    [480, 480, 14, 5, 480, 1],
  ],
  uneven: [
    [24, 24, 112, 3, 24, 1],
    [72, 72, 28, 3, 72, 1],
    [120, 120, 28, 5, 120, 1],
  ],
  grouped: [
    [64, 64, 56, 3, 4, 1],
    [128, 128, 28, 3, 32, 1],
  ],
  stem: [
    [3, 64, 112, 3, 1, 2],
    [3, 32, 224, 3, 1, 2],
    [1, 32, 64, 5, 1, 1],
  ],
};

/** Convolutions over sequences: [channels, length, kernel, groups]. */
export const SEQUENCE_CONVOLUTIONS = [
  [64, 512, 5, 1],
  [256, 128, 3, 1],
  [64, 512, 1, 1],
  [128, 1024, 1, 1],
];

/** Matrix products: [rows, depth, columns]. */
export const PRODUCTS = [
  [128, 768, 768],
  [128, 768, 3072],
  [1, 1024, 512],
  [64, 120, 240],
  [16, 256, 256],
];
