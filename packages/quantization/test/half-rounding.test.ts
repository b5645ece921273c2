import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '@onnx-compress/core';
import { float32Tensor, memoryTensor, present, readFloats, type Tensor } from '@onnx-compress/graph';
import { buildModel, runModel } from '@onnx-compress/test-kit';
import { halved } from './support/halved.js';

const CODES = { float16: 10, bfloat16: 16 } as const;
const COUNT = 4096;

/** Any float32 that is a number, all exponents alike, and ties between two neighbours of 16 bits. */
function difficultFloats(seed: number): Float32Array {
  const random = seededRandom(seed, 'floats');
  const bits = Uint32Array.from({ length: COUNT }, (_, index) => {
    const any = random.integer(2 ** 32) >>> 0;
    const float16Tie = ((any & 0xffffe000) | 0x1000) >>> 0;
    const bfloat16Tie = ((any & 0xffff0000) | 0x8000) >>> 0;
    return [any, float16Tie, bfloat16Tie, ((any & 0x83ffffff) | 0x30000000) >>> 0][index % 4] ?? 0;
  });
  return new Float32Array(bits.buffer).map((value) => (Number.isNaN(value) ? Number.POSITIVE_INFINITY : value));
}

/** What onnxruntime's Cast to the type and back gives. */
async function castByRuntime(values: Float32Array, type: keyof typeof CODES): Promise<Float32Array> {
  const cast = (from: string, to: number, code: number) => {
    return { opType: 'Cast', inputs: [from], outputs: [`c${to}`], attributes: { to: { int: code } } };
  };
  const model = buildModel({
    inputs: { c0: ['float32', [values.length]] },
    outputs: ['c2'],
    nodes: [cast('c0', 1, CODES[type]), cast('c1', 2, 1)],
  });
  const outputs = await runModel(model, { c0: float32Tensor([values.length], values) }, 'disabled');
  return readFloats(present(outputs.get('c2'), 'c2'));
}

/** The only weight of a model that a scheme has stored. */
async function storedValues(tensor: Tensor, scheme: 'fp16' | 'bf16'): Promise<Float32Array> {
  const model = buildModel({
    inputs: { x: [tensor.dataType, tensor.dims] },
    outputs: ['y'],
    weights: { w: tensor },
    nodes: [{ opType: 'Add', inputs: ['x', 'w'], outputs: ['y'] }],
  });
  const halves = await halved(model, scheme);
  const [weight] = halves.model.weights();
  return readFloats(present(weight, JSON.stringify(halves.skipped)).tensor);
}

const bitsOf = (values: Float32Array) => new Uint32Array(values.buffer, values.byteOffset, values.length);

describe('the weights of fp16 and bf16', () => {
  it.each([
    ['fp16', 'float16', 65_519],
    ['bf16', 'bfloat16', 3.39e38],
  ] as const)(
    '%s: have the bits of onnxruntime: subnormals, ties and infinities too',
    async (scheme, type, largest) => {
      const seeds = [1, 2, 3, Date.now() % 1e6];
      for (const seed of seeds) {
        const inRange = difficultFloats(seed).map((value) => (Math.abs(value) <= largest ? value : Infinity * value));
        const weighty = inRange.map((value, index) => (index === 0 ? largest : value));
        const stored = await storedValues(float32Tensor([COUNT], weighty), scheme);
        const reference = await castByRuntime(weighty, type);
        const wrong = [...bitsOf(stored)].flatMap((bits, i) => (bits === bitsOf(reference)[i] ? [] : [weighty[i]]));
        expect({ seed, wrong }).toEqual({ seed, wrong: [] });
      }
    },
  );

  it('are those of doubles rounded once to float32 and once to two bytes', async () => {
    const values = Float64Array.from({ length: 64 }, (_, index) => Math.sin(index + 1) / 3);
    const tensor = memoryTensor('float64', [64], new Uint8Array(values.buffer));
    expect(await storedValues(tensor, 'fp16')).toEqual(await castByRuntime(Float32Array.from(values), 'float16'));
  });
});
