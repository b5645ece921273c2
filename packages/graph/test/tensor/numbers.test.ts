import { describe, expect, it } from '@jest/globals';
import type { DataType } from '../../src/tensor/data-type.js';
import {
  float32Tensor,
  floatsToTensor,
  int32Tensor,
  int64Tensor,
  readFloats,
  readIndices,
  readIntegers,
} from '../../src/tensor/numbers.js';
import { computedTensor, memoryTensor } from '../../src/tensor/tensor.js';
import { bytesOf } from '../../src/tensor/typed-view.js';

const samples: readonly (readonly [DataType, readonly number[], ArrayBufferView, readonly number[]])[] = [
  ['float32', [2], Float32Array.of(1.5, -2), [1.5, -2]],
  ['float64', [2], Float64Array.of(0.1, -2), [Math.fround(0.1), -2]],
  ['float16', [2], Uint16Array.of(0x3c00, 0xc000), [1, -2]],
  ['bfloat16', [2], Uint16Array.of(0x3f80, 0xc000), [1, -2]],
  ['float8e4m3fn', [2], Uint8Array.of(0x38, 0x7e), [1, 448]],
  ['float8e4m3fnuz', [2], Uint8Array.of(0x40, 0x7f), [1, 240]],
  ['float8e5m2', [2], Uint8Array.of(0x3c, 0x7b), [1, 57344]],
  ['float8e5m2fnuz', [2], Uint8Array.of(0x40, 0x7f), [1, 57344]],
  ['float8e8m0', [2], Uint8Array.of(127, 128), [1, 2]],
  ['float4e2m1', [3], Uint8Array.of(0xf1, 0x02), [0.5, -6, 1]],
  ['int64', [2], BigInt64Array.of(7n, -(2n ** 40n)), [7, -(2 ** 40)]],
  ['uint64', [1], BigUint64Array.of(2n ** 63n), [2 ** 63]],
  ['int32', [2], Int32Array.of(7, -8), [7, -8]],
  ['uint32', [1], Uint32Array.of(2 ** 31), [2 ** 31]],
  ['int16', [2], Int16Array.of(7, -8), [7, -8]],
  ['uint16', [1], Uint16Array.of(40_000), [40_000]],
  ['int8', [2], Int8Array.of(7, -8), [7, -8]],
  ['uint8', [1], Uint8Array.of(200), [200]],
  ['bool', [2], Uint8Array.of(0, 1), [0, 1]],
  ['int4', [3], Uint8Array.of(0xe1, 0x08), [1, -2, -8]],
  ['uint4', [3], Uint8Array.of(0xe1, 0x08), [1, 14, 8]],
  ['int2', [3], Uint8Array.of(0b10_01_11), [-1, 1, -2]],
  ['uint2', [3], Uint8Array.of(0b10_01_11), [3, 1, 2]],
];
const integers = samples.filter(([dataType]) => /^(u?int|bool)/.test(dataType));

describe('readFloats', () => {
  it.each(samples)('reads %s', async (dataType, dims, stored, expected) => {
    expect([...(await readFloats(memoryTensor(dataType, dims, bytesOf(stored))))]).toEqual(expected);
  });

  it.each(samples)('reads %s from unaligned bytes', async (dataType, dims, stored, expected) => {
    const unaligned = new Uint8Array(stored.byteLength + 1).subarray(1);
    unaligned.set(bytesOf(stored));
    expect([...(await readFloats(memoryTensor(dataType, dims, unaligned)))]).toEqual(expected);
  });

  it('views aligned float32 bytes without a copy', async () => {
    const values = Float32Array.of(1, 2);
    expect((await readFloats(float32Tensor([2], values))).buffer).toBe(values.buffer);
  });

  it('reads bytes that are not in memory', async () => {
    const tensor = computedTensor('int8', [2], async () => bytesOf(Int8Array.of(3, -4)));
    expect([...(await readFloats(tensor))]).toEqual([3, -4]);
  });

  it.each(['string', 'complex64', 'complex128'] as const)('refuses %s by name', async (dataType) => {
    const tensor = { dataType, dims: [], byteLength: 0, inline: undefined, bytes: async () => new Uint8Array(0) };
    await expect(readFloats(tensor)).rejects.toMatchObject({
      code: 'TENSOR_NOT_NUMERIC',
      message: `a tensor of type ${dataType} cannot be read as numbers`,
    });
  });

  it('refuses a file that holds another number of bytes than the shape asks for', async () => {
    const damaged = { ...float32Tensor([2], [1, 2]), inline: undefined, bytes: async () => new Uint8Array(4) };
    await expect(readFloats(damaged)).rejects.toMatchObject({ code: 'TENSOR_BYTES' });
  });
});

describe('readIntegers', () => {
  it.each(integers)('reads %s', (dataType, dims, stored, expected) => {
    expect(readIntegers(memoryTensor(dataType, dims, bytesOf(stored)))).toEqual(expected);
  });

  it('has no answer for floats and for bytes that are not in memory', () => {
    expect(readIntegers(float32Tensor([1], [1]))).toBeUndefined();
    expect(readIntegers(computedTensor('int64', [1], async () => new Uint8Array(8)))).toBeUndefined();
  });

  it('reads the "to the end" marker of Slice as a huge number', () => {
    expect(readIntegers(int64Tensor([1], [2n ** 63n - 1n]))).toEqual([2 ** 63]);
  });
});

describe('readIndices', () => {
  it('reads integers that are not in memory', async () => {
    const tensor = computedTensor('int64', [2], async () => bytesOf(BigInt64Array.of(5n, -6n)));
    expect(await readIndices(tensor)).toEqual([5, -6]);
  });

  it('refuses floats by name', async () => {
    await expect(readIndices(float32Tensor([1], [1]))).rejects.toThrow('type float32 cannot be read as integers');
  });
});

describe('tensors from numbers', () => {
  it('take lists and typed arrays', async () => {
    expect([...(await readFloats(float32Tensor([2], [1, 2])))]).toEqual([1, 2]);
    expect(readIntegers(int32Tensor([2], [-1, 2]))).toEqual([-1, 2]);
    expect(readIntegers(int64Tensor([2], [-1, 2n ** 40n]))).toEqual([-1, 2 ** 40]);
  });

  it('give back a "to the end" marker that was read as a number', async () => {
    const [marker] = readIntegers(int64Tensor([1], [2n ** 63n - 1n])) ?? [];
    const again = int64Tensor([2], [marker ?? 0, -(2 ** 63)]);
    expect(again.inline).toEqual(bytesOf(BigInt64Array.of(2n ** 63n - 1n, -(2n ** 63n))));
  });

  it('refuse a shape that does not fit', () => {
    expect(() => float32Tensor([3], [1, 2])).toThrow('a float32 tensor of shape [3] takes 12 bytes, but 8 are there');
  });

  it.each(['float32', 'float16', 'float64', 'bfloat16'] as const)('return to %s', async (dataType) => {
    const tensor = floatsToTensor(dataType, [3], Float32Array.of(1, -0.5, 3));
    expect(tensor.dataType).toBe(dataType);
    expect([...(await readFloats(tensor))]).toEqual([1, -0.5, 3]);
  });
});
