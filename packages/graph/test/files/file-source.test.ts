import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { fileSource } from '../../src/node/file-source.js';

/** More than is moved between two turns of the event loop, and no multiple of a piece. */
const LENGTH = 3 * (1 << 23) + 5;

describe('a file as a source of bytes', () => {
  let folder = '';
  let path = '';
  const bytes = Uint8Array.from({ length: LENGTH }, (_, index) => index % 251);

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'onnx-compress-file-source-'));
    path = join(folder, 'bytes.bin');
    await writeFile(path, bytes);
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('reads a range that takes several pieces, into memory of the caller', async () => {
    const source = await fileSource(path);
    const into = new Uint8Array(LENGTH);
    const read = await source.read(3, LENGTH - 3, into);
    await source.close();
    expect(Buffer.compare(read, bytes.subarray(3))).toBe(0);
    expect(read.buffer).toBe(into.buffer);
  });

  it('lets the event loop turn while it reads much', async () => {
    const source = await fileSource(path);
    let turns = 0;
    const count = setInterval(() => turns++, 0);
    for (let round = 0; round < 10; round++) await source.read(0, LENGTH);
    clearInterval(count);
    await source.close();
    expect(turns).toBeGreaterThan(0);
  });

  it('says so when the file became shorter', async () => {
    const source = await fileSource(path);
    await truncate(path, 100);
    await expect(source.read(50, 100)).rejects.toMatchObject({ code: 'FILE_CHANGED' });
    await source.close();
  });
});
