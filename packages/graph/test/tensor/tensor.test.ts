import { describe, expect, it } from '@jest/globals';
import { elementCount } from '../../src/tensor/element-count.js';
import { computedTensor, memoryTensor } from '../../src/tensor/tensor.js';

describe('memoryTensor', () => {
  it('holds its bytes without a copy', async () => {
    const bytes = Uint8Array.of(1, 2, 3, 4);
    const tensor = memoryTensor('int8', [2, 2], bytes);
    expect(tensor.inline).toBe(bytes);
    expect(await tensor.bytes()).toBe(bytes);
    expect(tensor.byteLength).toBe(4);
  });

  it('refuses bytes that do not fit the shape', () => {
    expect(() => memoryTensor('float32', [2, 2], new Uint8Array(15))).toThrow(
      'a float32 tensor of shape [2, 2] takes 16 bytes, but 15 are there',
    );
  });
});

describe('computedTensor', () => {
  it('computes only when asked, and each time anew', async () => {
    let calls = 0;
    const tensor = computedTensor('uint8', [1], async () => Uint8Array.of(++calls));
    expect(calls).toBe(0);
    expect(tensor.inline).toBeUndefined();
    expect([...(await tensor.bytes()), ...(await tensor.bytes())]).toEqual([1, 2]);
  });

  it('rejects when the computed bytes do not fit the shape', async () => {
    const tensor = computedTensor('uint8', [2], async () => new Uint8Array(3));
    await expect(tensor.bytes()).rejects.toMatchObject({ code: 'TENSOR_BYTES' });
  });
});

describe('elementCount', () => {
  it('multiplies the dims; a scalar has one element', () => {
    expect(elementCount([2, 3, 4])).toBe(24);
    expect(elementCount([])).toBe(1);
    expect(elementCount([5, 0])).toBe(0);
  });
});
