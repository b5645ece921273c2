import { describe, expect, it } from '@jest/globals';
import { elementCount, float32Tensor, memoryTensor, type Tensor } from '@onnx-compress/graph';
import { slicedTensor } from '../src/surgery/sliced-tensor.js';

/** The tensor as one that lies in a file: not in memory, but readable part by part; counts the bytes that are read. */
async function stored(tensor: Tensor): Promise<Tensor & { readonly read: () => number }> {
  const bytes = await tensor.bytes();
  let count = 0;
  return {
    ...tensor,
    inline: undefined,
    bytes: async () => bytes,
    part: async (offset, length, into = new Uint8Array(length)) => {
      count += length;
      into.set(bytes.subarray(offset, offset + length));
      return into.subarray(0, length);
    },
    read: () => count,
  };
}

/** Every element is its own index. */
const counting = (dims: readonly number[]) =>
  float32Tensor(
    dims,
    Float32Array.from({ length: elementCount(dims) }).map((_, index) => index),
  );

/** Jest compares large arrays element by element, which takes seconds. */
const same = (left: Uint8Array, right: Uint8Array) => Buffer.compare(left, right) === 0;

const every = (size: number, step: number) =>
  Array.from({ length: Math.ceil(size / step) }, (_, index) => index * step);

describe('a tensor that is sliced chunk by chunk', () => {
  it.each([
    [[{ axis: 0, keep: every(700, 3) }]],
    [[{ axis: 1, keep: every(300, 2) }]],
    [
      [
        { axis: 0, keep: every(700, 2) },
        { axis: 1, keep: every(300, 5) },
        { axis: 2, keep: [1, 2] },
      ],
    ],
  ])('has the same elements as one in memory: %#', async (slices) => {
    const tensor = counting([700, 300, 3]);
    const inMemory = memoryTensor('float32', tensor.dims, await tensor.bytes());
    const sliced = slicedTensor(await stored(tensor), slices);
    expect(sliced.inline).toBeUndefined();
    expect(same(await sliced.bytes(), await slicedTensor(inMemory, slices).bytes())).toBe(true);
  });

  it('writes to memory that it is offered, and leaves the rest of it alone', async () => {
    const sliced = slicedTensor(await stored(counting([600, 600])), [{ axis: 0, keep: [1, 599] }]);
    const memory = new Uint8Array(sliced.byteLength + 8).fill(7);
    const bytes = await sliced.bytes(memory);
    expect(bytes.buffer).toBe(memory.buffer);
    expect(same(bytes, await sliced.bytes())).toBe(true);
    expect([...memory.subarray(sliced.byteLength)]).toEqual(Array<number>(8).fill(7));
  });

  it('reads no chunk of which nothing stays', async () => {
    const tensor = await stored(counting([1000, 1000]));
    await slicedTensor(tensor, [{ axis: 0, keep: [0, 1] }]).bytes();
    expect(tensor.read()).toBeLessThan(1.1e6);
  });
});
