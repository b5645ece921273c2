import { afterAll, expect, it } from '@jest/globals';
import { seededRandom } from '@onnx-compress/core';
import {
  type AttributeValue,
  float32Tensor,
  type Model,
  modelBytes,
  type NodeSpec,
  type Tensor,
} from '@onnx-compress/graph';
import { buildModel, randomFloats } from '@onnx-compress/test-kit';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import { foldAffines } from '../src/rewrites/fold-affines.js';
import { foldBatchNorms } from '../src/rewrites/fold-batch-norms.js';
import { restoreHardSigmoids } from '../src/rewrites/restore-hard-sigmoids.js';
import { expectSameOutputs } from './support/exactness.js';
import { operators, rewritten } from './support/rewritten.js';

afterAll(closeHost);

/** Rounding of a few chains behind one another, with factors up to 4 and offsets up to 2. */
const TOLERANCE = 2e-5;
const NETS = 40;
const CHANNELS = 4;
const INPUT = [2, CHANNELS, 9, 9];

const seed = Number(process.env.CLEANUP_RANDOM_SEED ?? Date.now() % 2 ** 31);

/** Grows a random net value by value. */
class RandomNet {
  readonly #random;
  readonly #weights: Record<string, Tensor> = {};
  readonly #nodes: NodeSpec[] = [];

  constructor(number: number) {
    this.#random = seededRandom(seed, `net ${number}`);
  }

  build(): Model {
    let value = 'x';
    for (let block = 0; block < 3; block++) {
      value = this.#chain(value);
      value = this.#layer(value);
      value = this.#chain(value);
      value = this.#activation(value);
    }
    const output = this.#chain(value);
    const outputs = output === value ? [value] : this.#pick([[output], [output], [output, value]]);
    return buildModel({ inputs: { x: ['float32', INPUT] }, outputs, weights: this.#weights, nodes: this.#nodes });
  }

  #chain(value: string): string {
    let current = value;
    for (let links = this.#random.integer(4); links > 0; links--) {
      const constant = this.#weight(this.#constant());
      const opType = this.#pick(['Add', 'Sub', 'Mul', 'Div']);
      const first = opType !== 'Div' && this.#random.integer(3) === 0;
      current = this.#node(opType, first ? [constant, current] : [current, constant]);
    }
    return current;
  }

  #constant(): Tensor {
    const dims = this.#pick([[], [1], [1, 1, 1], [CHANNELS, 1, 1], [1, CHANNELS, 1, 1]]);
    const count = dims.includes(CHANNELS) ? CHANNELS : 1;
    const signed = () => (this.#random.integer(4) === 0 ? -1 : 1) * (0.5 + 1.5 * this.#random.uniform());
    return float32Tensor(dims, Array.from({ length: count }, signed));
  }

  #layer(value: string): string {
    const groups = this.#pick([1, 2, CHANNELS]);
    const pad = this.#random.integer(2);
    const attributes = { group: { int: groups }, pads: { ints: [pad, pad, pad, pad] } };
    const weight = this.#weight(this.#values([CHANNELS, CHANNELS / groups, pad * 2 + 1, pad * 2 + 1]));
    const bias = this.#random.integer(2) === 0 ? [] : [this.#weight(this.#values([CHANNELS]))];
    return this.#node(this.#pick(['Conv', 'Conv', 'ConvTranspose']), [value, weight, ...bias], attributes);
  }

  #activation(value: string): string {
    switch (this.#random.integer(6)) {
      case 0:
        return this.#node('Relu', [value]);
      case 1:
        return this.#hardswish(value);
      case 2:
        return this.#node('AveragePool', [value], { kernel_shape: { ints: [3, 3] }, pads: { ints: [1, 1, 1, 1] } });
      case 3:
        return this.#node('Mul', [value, this.#node('Sigmoid', [this.#node('GlobalAveragePool', [value])])]);
      case 4:
        return this.#node('MaxPool', [value], { kernel_shape: { ints: [2, 2] }, pads: { ints: [0, 0, 1, 1] } });
      default:
        return value;
    }
  }

  #hardswish(value: string): string {
    const [zero, three, six] = [0, 3, 6].map((number) => this.#weight(float32Tensor([], [number])));
    const shifted = this.#node('Add', [value, three ?? '']);
    const clipped = this.#node('Clip', [shifted, zero ?? '', six ?? '']);
    return this.#node('Div', [this.#node('Mul', [value, clipped]), six ?? '']);
  }

  #values(dims: readonly number[]): Tensor {
    return randomFloats(dims, this.#random.integer(2 ** 30), 0.5);
  }

  #weight(tensor: Tensor): string {
    const name = `w${Object.keys(this.#weights).length}`;
    this.#weights[name] = tensor;
    return name;
  }

  #node(opType: string, inputs: readonly string[], attributes: Record<string, AttributeValue> = {}): string {
    const output = `v${this.#nodes.length}`;
    this.#nodes.push({ opType, name: `node_${output}`, inputs, outputs: [output], attributes });
    return output;
  }

  #pick<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.#random.integer(choices.length)] ?? choices[0];
  }
}

it(`random nets with constants everywhere compute the same in no more nodes and bytes (CLEANUP_RANDOM_SEED=${seed})`, async () => {
  let saved = 0;
  for (let number = 0; number < NETS; number++) {
    const original = new RandomNet(number).build();
    const { model } = await rewritten(original, foldBatchNorms, restoreHardSigmoids, foldAffines);
    saved += operators(original).length - operators(model).length;
    expect(operators(model).length).toBeLessThanOrEqual(operators(original).length);
    expect((await modelBytes(model)).length).toBeLessThanOrEqual((await modelBytes(original)).length);
    await expectSameOutputs(original, model, { x: randomFloats(INPUT, number) }, TOLERANCE);
  }
  expect(saved).toBeGreaterThan(NETS);
});
