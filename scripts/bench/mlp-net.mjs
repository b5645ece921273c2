// A multilayer perceptron 196-256-128-10 for digits of 14 x 14 pixels, trained here on a part of the zoo's digits.
import { join } from 'node:path';
import { seededRandom } from '@onnx-compress/core';
import { float32Tensor } from '@onnx-compress/graph';
import { buildModel } from '@onnx-compress/test-kit/models';
import { trainClassifier } from './mlp-training.mjs';

const SIDE = 14;
const WIDTH = SIDE * SIDE;
const TRAINED = 3500;

/** One digit of 28 x 28 grey values as means of 2 x 2 pixels, from 0 to 1. */
function pooled(pixels, target) {
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const corner = 4 * SIDE * y + 2 * x;
      const sum = pixels[corner] + pixels[corner + 1] + pixels[corner + 2 * SIDE] + pixels[corner + 2 * SIDE + 1];
      target[SIDE * y + x] = sum / (4 * 255);
    }
  }
}

/** The zoo's digits in seeded random order: 3,500 to train and calibrate with, the rest to test. */
export function pooledDigits({ folder, tasks }) {
  const task = tasks.mnist(join(folder, 'data'), 'test');
  const random = seededRandom(0, 'digits');
  const order = Array.from({ length: task.n }, (_, index) => ({ index, key: random.uniform() }));
  order.sort((left, right) => left.key - right.key);
  const pixels = new Float32Array(4 * WIDTH);
  const part = (chosen) => {
    const features = new Float32Array(chosen.length * WIDTH);
    for (const [row, { index }] of chosen.entries()) {
      task.fill(index, pixels, task.shape);
      pooled(pixels, features.subarray(row * WIDTH, (row + 1) * WIDTH));
    }
    return { features, width: WIDTH, labels: chosen.map(({ index }) => task.label(index)) };
  };
  return { train: part(order.slice(0, TRAINED)), test: part(order.slice(TRAINED)) };
}

/** The trained network, with a free batch size. */
export function trainedMlp({ train }, seed = 0) {
  const layers = trainClassifier(train, [256, 128], 10, { seed });
  const weights = {};
  const nodes = [];
  let value = 'digit';
  for (const [index, { inputs, outputs, weight, bias }] of layers.entries()) {
    const name = `layer${index + 1}`;
    weights[`${name}.weight`] = float32Tensor([outputs, inputs], weight);
    weights[`${name}.bias`] = float32Tensor([outputs], bias);
    const given = [value, `${name}.weight`, `${name}.bias`];
    nodes.push({ opType: 'Gemm', name, inputs: given, outputs: [`${name}.sum`], attributes: { transB: { int: 1 } } });
    value = `${name}.sum`;
    if (index === layers.length - 1) break;
    nodes.push({ opType: 'Relu', name: `${name}.relu`, inputs: [value], outputs: [`${name}.out`] });
    value = `${name}.out`;
  }
  return buildModel({
    inputs: { digit: ['float32', ['batch', WIDTH]] },
    outputs: { [value]: ['float32', ['batch', 10]] },
    weights,
    nodes,
  });
}
