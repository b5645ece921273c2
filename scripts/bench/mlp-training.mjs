// Trains a small multilayer perceptron: stochastic gradient descent with momentum on cross-entropy, ReLU in between.
import { seededRandom } from '@onnx-compress/core';

const BATCH = 32;
const MOMENTUM = 0.9;

function newLayer(inputs, outputs, random) {
  const deviation = Math.sqrt(2 / inputs);
  const weight = Float32Array.from({ length: inputs * outputs }, () => deviation * random.normal());
  const zeros = (length) => new Float32Array(length);
  return {
    ...{ inputs, outputs, weight, bias: zeros(outputs) },
    ...{ weightStep: zeros(inputs * outputs), biasStep: zeros(outputs) },
    ...{ weightGradient: zeros(inputs * outputs), biasGradient: zeros(outputs) },
  };
}

function forward({ inputs, outputs, weight, bias }, given, rectified) {
  const result = new Float32Array(outputs);
  for (let row = 0; row < outputs; row++) {
    let sum = bias[row];
    for (let column = 0, at = row * inputs; column < inputs; column++, at++) sum += weight[at] * given[column];
    result[row] = rectified && sum < 0 ? 0 : sum;
  }
  return result;
}

/** Adds the gradients of one sample, and returns the gradient of what the layer was given. */
function backward({ inputs, outputs, weight, weightGradient, biasGradient }, given, gradient) {
  const passed = new Float32Array(inputs);
  for (let row = 0; row < outputs; row++) {
    const slope = gradient[row];
    if (slope === 0) continue;
    biasGradient[row] += slope;
    for (let column = 0, at = row * inputs; column < inputs; column++, at++) {
      weightGradient[at] += slope * given[column];
      passed[column] += slope * weight[at];
    }
  }
  return passed;
}

/** Softmax minus the label's indicator: the gradient of the cross-entropy. */
function scoreGradient(scores, label) {
  const highest = Math.max(...scores);
  const exponentials = scores.map((score) => Math.exp(score - highest));
  const sum = exponentials.reduce((total, value) => total + value, 0);
  return exponentials.map((value, index) => value / sum - (index === label ? 1 : 0));
}

function learn(layers, features, label) {
  const values = [features];
  for (const [index, layer] of layers.entries()) values.push(forward(layer, values[index], index < layers.length - 1));
  let gradient = scoreGradient(values.at(-1), label);
  for (let index = layers.length - 1; index >= 0; index--) {
    const given = values[index];
    gradient = backward(layers[index], given, gradient);
    for (let unit = 0; unit < gradient.length; unit++) if (given[unit] <= 0) gradient[unit] = 0;
  }
}

function descend(values, steps, gradient, rate) {
  for (let index = 0; index < values.length; index++) {
    steps[index] = MOMENTUM * steps[index] - (rate * gradient[index]) / BATCH;
    values[index] += steps[index];
  }
  gradient.fill(0);
}

function shuffle(order, random) {
  for (let last = order.length - 1; last > 0; last--) {
    const other = random.integer(last + 1);
    [order[last], order[other]] = [order[other], order[last]];
  }
}

/**
 * Layers `{ inputs, outputs, weight, bias }` that classify the samples; a weight has a row for each output. The learning
 * rate falls linearly to zero. The same seed gives the same layers.
 */
export function trainClassifier({ features, width, labels }, hidden, classes, { epochs = 8, rate = 0.1, seed = 0 }) {
  const random = seededRandom(seed, 'training');
  const sizes = [width, ...hidden, classes];
  const layers = sizes.slice(1).map((outputs, index) => newLayer(sizes[index], outputs, random));
  const order = Array.from(labels.keys());
  for (let epoch = 0; epoch < epochs; epoch++) {
    shuffle(order, random);
    for (let start = 0; start + BATCH <= order.length; start += BATCH) {
      for (const sample of order.slice(start, start + BATCH))
        learn(layers, features.subarray(sample * width, (sample + 1) * width), labels[sample]);
      const remaining = 1 - (epoch + start / order.length) / epochs;
      for (const layer of layers) {
        descend(layer.weight, layer.weightStep, layer.weightGradient, rate * remaining);
        descend(layer.bias, layer.biasStep, layer.biasGradient, rate * remaining);
      }
    }
  }
  return layers;
}
