import type { Random } from '@onnx-compress/core';
import type { AttributeValue, Model, Tensor } from '@onnx-compress/graph';
import { buildModel, randomFloats } from '@onnx-compress/test-kit';

/** A model of one layer with output y, fed with the negative of x. */
export interface LayerModel {
  readonly model: Model;
  readonly opType: string;
  readonly description: string;
  /** Shapes of x in successive samples. */
  readonly shapes: readonly (readonly number[])[];
  readonly outputRank: number;
  readonly outputAxis: number;
}

type Attributes = Record<string, AttributeValue>;

const OPSETS = [7, 9, 11, 13, 18, 21] as const;

const among = <T>(random: Random, options: readonly [T, ...T[]]): T =>
  options[random.integer(options.length)] ?? options[0];
const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

interface Parts {
  readonly opType: string;
  readonly opset: number;
  readonly weights: Record<string, Tensor>;
  readonly attributes: Attributes;
  readonly shapes: readonly (readonly number[])[];
  readonly outputRank: number;
  readonly outputAxis: number;
}

/** A layer that is fed with a value of which nothing is declared. */
function layerModel({ opType, opset, weights, attributes, shapes, outputRank, outputAxis }: Parts): LayerModel {
  const [first = []] = shapes;
  const model = buildModel({
    opset,
    inputs: { x: ['float32', first.map((_, axis) => `size${axis}`)] },
    outputs: ['y'],
    weights,
    nodes: [
      { opType: 'Neg', inputs: ['x'], outputs: ['data'] },
      { opType, inputs: ['data', ...Object.keys(weights)], outputs: ['y'], attributes },
    ],
  });
  const description = JSON.stringify({ opType, opset, attributes, shapes, weight: weights.w?.dims });
  return { model, opType, description, shapes, outputRank, outputAxis };
}

function paddingAttributes(random: Random, automatic: readonly [string, ...string[]], axes: number): Attributes {
  const kind = among(random, automatic);
  if (kind !== 'NOTSET') return { auto_pad: { string: kind } };
  return random.integer(3) === 0 ? {} : { pads: { ints: times(2 * axes, () => random.integer(3)) } };
}

/** A convolution of 1, 2 or 3 spatial axes, grouped and depthwise ones included. */
export function randomConv(random: Random): LayerModel {
  const axes = 1 + random.integer(3);
  const groups = among(random, [1, 1, 2, 3]);
  const inputs = among(random, [1, 2, 3]);
  const outputs = groups * (1 + random.integer(3));
  const kernel = times(axes, () => 1 + random.integer(3));
  const size = () => 6 + random.integer(4);
  const padding = paddingAttributes(random, ['NOTSET', 'NOTSET', 'SAME_UPPER', 'SAME_LOWER', 'VALID'], axes);
  // onnxruntime refuses to find the padding for the same size out where there are dilations.
  const dilation = () => (JSON.stringify(padding).includes('SAME') ? 1 : 1 + random.integer(2));
  const seed = random.integer(1000);
  return layerModel({
    opType: 'Conv',
    opset: among(random, OPSETS),
    weights: { w: randomFloats([outputs, inputs, ...kernel], seed), b: randomFloats([outputs], seed + 1) },
    attributes: {
      ...padding,
      group: { int: groups },
      strides: { ints: times(axes, () => 1 + random.integer(3)) },
      dilations: { ints: times(axes, dilation) },
    },
    shapes: times(2, (sample) => [1 + sample, groups * inputs, ...times(axes, size)]),
    outputRank: axes + 2,
    outputAxis: 1,
  });
}

/** A transposed convolution of 1 or 2 spatial axes. */
export function randomConvTranspose(random: Random): LayerModel {
  const axes = 1 + random.integer(2);
  const [inputs, outputs] = [1 + random.integer(3), 1 + random.integer(3)];
  const strides = times(axes, () => 2 + random.integer(2));
  const kernel = times(axes, () => 2 + random.integer(3));
  const seed = random.integer(1000);
  return layerModel({
    opType: 'ConvTranspose',
    opset: among(random, OPSETS),
    weights: { w: randomFloats([inputs, outputs, ...kernel], seed), b: randomFloats([outputs], seed + 1) },
    attributes: {
      ...paddingAttributes(random, ['NOTSET', 'NOTSET', 'SAME_UPPER', 'SAME_LOWER'], axes),
      strides: { ints: strides },
      output_padding: { ints: times(axes, () => random.integer(2)) },
    },
    shapes: times(2, (sample) => [1 + sample, inputs, ...times(axes, () => 3 + random.integer(4))]),
    outputRank: axes + 2,
    outputAxis: 1,
  });
}

export function randomGemm(random: Random): LayerModel {
  const [inputs, outputs] = [1 + random.integer(5), 1 + random.integer(5)];
  const transB = random.integer(2);
  const seed = random.integer(1000);
  return layerModel({
    opType: 'Gemm',
    opset: among(random, OPSETS),
    weights: {
      w: randomFloats(transB ? [outputs, inputs] : [inputs, outputs], seed),
      b: randomFloats([outputs], seed + 1),
    },
    attributes: { transB: { int: transB }, alpha: { float: among(random, [1, 0.5, -2]) } },
    shapes: times(3, (sample) => [1 + sample, inputs]),
    outputRank: 2,
    outputAxis: 1,
  });
}

/** A product of a value of 2 to 4 axes with a constant. */
export function randomMatMul(random: Random): LayerModel {
  const [inputs, outputs] = [1 + random.integer(5), 1 + random.integer(5)];
  const rank = 2 + random.integer(3);
  return layerModel({
    opType: 'MatMul',
    opset: among(random, OPSETS),
    weights: { w: randomFloats([inputs, outputs], random.integer(1000)) },
    attributes: {},
    shapes: times(3, () => [...times(rank - 1, () => 1 + random.integer(4)), inputs]),
    outputRank: rank,
    outputAxis: rank - 1,
  });
}
