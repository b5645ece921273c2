import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ModelError, UsageError } from '@onnx-compress/core';
import { compressFile } from '../src/compress-file.js';
import { defaultOutput, failedOutput } from '../src/files/paths.js';
import { readModel } from '../src/read-model.js';
import { weightless, withModelFile } from './support/models.js';

describe('input that is no model', () => {
  it.each([
    ['an empty file', new Uint8Array()],
    ['a text', new TextEncoder().encode('hello, this is not a model\n')],
    ['zeros', new Uint8Array(64)],
    ['random bytes', Uint8Array.from({ length: 256 }, (_, index) => (index * 167 + 13) % 251)],
  ])('is refused: %s', (_name, bytes) =>
    withModelFile(weightless(), async ({ folder }) => {
      const path = join(folder, 'bad.onnx');
      await writeFile(path, bytes);
      await expect(compressFile(path, join(folder, 'out.onnx'))).rejects.toThrow(ModelError);
      await expect(readModel(bytes)).rejects.toThrow(ModelError);
      expect(await readdir(folder)).toEqual(['bad.onnx', 'model.onnx']);
    }),
  );

  it('is refused: nothing, and a folder', () =>
    withModelFile(weightless(), async ({ folder }) => {
      await expect(readModel(join(folder, 'nothing.onnx'))).rejects.toThrow(/no file/);
      await expect(readModel(folder)).rejects.toThrow(/is a folder/);
    }));
});

describe('output places', () => {
  it('are refused where something would be lost', () =>
    withModelFile(weightless(), async ({ path, folder }) => {
      const link = join(folder, 'link.onnx');
      await symlink(path, link);
      await mkdir(join(folder, 'taken.onnx'));
      for (const output of [path, link, join(folder, 'taken.onnx'), join(folder, 'missing', 'out.onnx')]) {
        await expect(compressFile(path, output)).rejects.toThrow(UsageError);
      }
    }));

  it('have names that follow from the input or the output', () => {
    expect(defaultOutput('models/net.onnx')).toBe('models/net.compressed.onnx');
    expect(defaultOutput('net')).toBe('net.compressed.onnx');
    expect(failedOutput('models/net.compressed.onnx')).toBe('models/net.failed.onnx');
    expect(failedOutput('out/small.onnx')).toBe('out/small.failed.onnx');
  });
});
