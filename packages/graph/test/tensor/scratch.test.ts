import { describe, expect, it } from '@jest/globals';
import { Scratch } from '../../src/tensor/scratch.js';

describe('Scratch', () => {
  it('lends the same memory again and again', async () => {
    const scratch = new Scratch();
    const first = await scratch.lend(100, async (into) => into.buffer);
    expect(await scratch.lend(60, async (into) => into.buffer)).toBe(first);
  });

  it('gives overlapping borrowers different memory', async () => {
    const scratch = new Scratch();
    await scratch.lend(10, async () => {});
    await scratch.lend(10, async (outer) => {
      await scratch.lend(10, async (inner) => expect(inner.buffer).not.toBe(outer.buffer));
    });
  });

  it('takes the memory back from a borrower that fails', async () => {
    const scratch = new Scratch();
    const failing = scratch.lend(10, async () => {
      throw new Error('unreadable');
    });
    await expect(failing).rejects.toThrow('unreadable');
    expect(await scratch.lend(5, async (into) => into.length)).toBe(10);
  });
});
