import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { compressFile } from '../src/compress-file.js';
import { fileDigest } from '../src/freshness/digest.js';
import { isUnchanged, joinSnapshots, takeSnapshot } from '../src/freshness/snapshot.js';
import { cacheFolder, recall, replaceFile, store } from '../src/freshness/store.js';
import { toolchain } from '../src/freshness/toolchain.js';
import { classifier, withModelFile } from './support/models.js';

async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'compress-freshness-test-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

describe('a snapshot', () => {
  it('sees another content of the same size and time', () =>
    withFolder(async (folder) => {
      const path = join(folder, 'a.bin');
      const then = new Date(1_600_000_000_000);
      await writeFile(path, 'first');
      await utimes(path, then, then);
      const snapshot = takeSnapshot([path]);
      expect(isUnchanged(snapshot)).toBe(true);
      await writeFile(path, 'other');
      await utimes(path, then, then);
      expect(isUnchanged(snapshot)).toBe(false);
    }));

  it('does not mind another time of the same content', () =>
    withFolder(async (folder) => {
      const path = join(folder, 'a.bin');
      await writeFile(path, 'first');
      const snapshot = takeSnapshot([path]);
      await utimes(path, new Date(0), new Date(0));
      expect(isUnchanged(snapshot)).toBe(true);
      await rm(path);
      expect(isUnchanged(snapshot)).toBe(false);
    }));

  it('of a folder has its samples by name, those of inner folders too, and nothing else', () =>
    withFolder(async (folder) => {
      await mkdir(join(folder, 'inner'));
      await writeFile(join(folder, 'a.npy'), '1');
      await writeFile(join(folder, 'inner', 'b.pb'), '2');
      await writeFile(join(folder, 'notes.txt'), '3');
      const snapshot = takeSnapshot([folder]);
      expect(snapshot.folders).toEqual([{ path: folder, names: ['a.npy', join('inner', 'b.pb')] }]);
      expect(snapshot.files).toHaveLength(2);
      await writeFile(join(folder, 'notes.txt'), '4');
      expect(isUnchanged(snapshot)).toBe(true);
      await writeFile(join(folder, 'c.npz'), '5');
      expect(isUnchanged(snapshot)).toBe(false);
    }));

  it('joined with another fails with either, and reads no file twice', () =>
    withFolder(async (folder) => {
      const [a, b] = [join(folder, 'a'), join(folder, 'b')];
      await writeFile(a, 'a');
      await writeFile(b, 'b');
      const joined = joinSnapshots([takeSnapshot([a, b]), takeSnapshot([a])]);
      expect(joined.files.map(({ path }) => path)).toEqual([a, b]);
      await writeFile(b, 'c');
      expect(isUnchanged(joined)).toBe(false);
    }));

  it('hashes files that are larger than one piece, and says nothing about what is no file', () =>
    withFolder(async (folder) => {
      const path = join(folder, 'large');
      await writeFile(path, new Uint8Array((1 << 20) + 1));
      const sha256 = '2cb74edba754a81d121c9db6833704a8e7d417e5b13d1a19f4a52f007d644264';
      expect(fileDigest(path)).toEqual({ path, fileBytes: (1 << 20) + 1, sha256 });
      expect(fileDigest(folder)).toBeUndefined();
      expect(fileDigest(join(folder, 'nowhere'))).toBeUndefined();
    }));
});

describe('the store', () => {
  it('gives back what was stored, and tells the rest apart', () =>
    withFolder(async (folder) => {
      const cache = join(folder, 'cache');
      expect(recall(cache, 'entry')).toEqual({ kind: 'absent' });
      store(cache, 'entry', { a: [1, undefined, Number.NaN], b: undefined });
      expect(recall(cache, 'entry')).toEqual({ kind: 'found', value: { a: [1, null, null] } });
      const path = join(cache, 'entry.json');
      const text = await readFile(path, 'utf8');
      for (const damaged of ['', 'null', text.slice(0, -1), text.replace('[1', '[2')]) {
        await writeFile(path, damaged);
        expect(recall(cache, 'entry')).toEqual({ kind: 'damaged', path });
      }
      expect(await readdir(cache)).toEqual(['entry.json']);
    }));

  it('leaves no temporary file where it cannot write', () =>
    withFolder(async (folder) => {
      await mkdir(join(folder, 'taken'));
      expect(() => replaceFile(join(folder, 'taken'), 'text')).toThrow();
      expect(await readdir(folder)).toEqual(['taken']);
    }));

  it('is in node_modules of the nearest package that has one, else beside the config', () =>
    withFolder(async (folder) => {
      const inner = join(folder, 'packages', 'app');
      await mkdir(inner, { recursive: true });
      expect(cacheFolder(inner)).toBe(join(inner, '.onnx-compress-cache'));
      await mkdir(join(folder, 'node_modules'));
      await writeFile(join(folder, 'package.json'), '{}');
      expect(cacheFolder(inner)).toBe(join(folder, 'node_modules', '.cache', 'onnx-compress'));
    }));
});

describe('another version', () => {
  it('of the tool, of onnxruntime or of the processor builds again', () =>
    withModelFile(classifier(), async ({ path, folder }) => {
      const run = () => compressFile(path, join(folder, 'small.onnx'), { verify: 'off', cache: true });
      await run();
      const cache = join(folder, '.onnx-compress-cache');
      const [file = ''] = await readdir(cache);
      const name = file.replace('.json', '');
      const entry = recall(cache, name);
      if (entry.kind !== 'found' || typeof entry.value !== 'object' || entry.value === null)
        throw new Error('no entry');
      expect(entry.value).toMatchObject({ toolchain: await toolchain() });
      expect(await toolchain()).toMatch(/^onnx-compress \d.* onnxruntime \d+\.\d+\.\d+ (?:x64|arm64)/);
      expect((await run()).cached).toBe(true);
      store(cache, name, { ...entry.value, toolchain: 'onnx-compress 0.0.1' });
      expect((await run()).cached).toBe(false);
    }));
});
