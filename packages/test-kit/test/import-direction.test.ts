import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { type DeclaredDependencies, importViolations, type SourceFile } from '../src/architecture/import-violations.js';

const packages = join(import.meta.dirname, '..', '..');

const folders = readdirSync(packages).filter(
  (folder) => folder !== 'test-kit' && existsSync(join(packages, folder, 'package.json')),
);

function sourcesOf(folder: string): SourceFile[] {
  const paths = readdirSync(join(packages, folder, 'src'), { recursive: true, encoding: 'utf8' });
  return paths
    .filter((path) => path.endsWith('.ts'))
    .map((path) => `src/${path.replaceAll('\\', '/')}`)
    .map((path) => ({ folder, path, text: readFileSync(join(packages, folder, path), 'utf8') }));
}

function dependenciesOf(folder: string): string[] {
  const manifest: unknown = JSON.parse(readFileSync(join(packages, folder, 'package.json'), 'utf8'));
  if (typeof manifest !== 'object' || manifest === null) return [];
  const { dependencies = {}, peerDependencies = {} }: { dependencies?: object; peerDependencies?: object } = manifest;
  return Object.keys({ ...dependencies, ...peerDependencies });
}

const planted = (folder: string, text: string, path = 'src/planted.ts'): SourceFile => ({ folder, path, text });

const everything = [
  ...['math', 'graph', 'core', 'runtime', 'cleanup', 'pruning', 'quantization', 'recovery', 'low-rank'],
].map((folder) => `@onnx-compress/${folder}`);
const declared: DeclaredDependencies = Object.fromEntries(
  ['math', 'graph', 'core', 'cleanup', 'pruning', 'recovery', 'low-rank', 'runtime', 'cli'].map((folder) => [
    folder,
    [...everything, 'onnx-compress', 'zod', 'onnxruntime-node', 'protobufjs'],
  ]),
);

describe('imports of the packages', () => {
  it('follow the import table', () => {
    const dependencies = Object.fromEntries(folders.map((folder) => [folder, dependenciesOf(folder)]));
    const files = folders.flatMap(sourcesOf);
    expect(files.length).toBeGreaterThan(folders.length);
    expect(importViolations(files, dependencies)).toEqual([]);
  });
});

describe('importViolations', () => {
  it.each([
    ['an arrow against the direction', planted('graph', `import { a } from '@onnx-compress/core';`)],
    ['a technique importing another', planted('pruning', `import { a } from '@onnx-compress/quantization';`)],
    ['a planned technique importing another', planted('low-rank', `import { a } from '@onnx-compress/pruning';`)],
    ['recovery importing a technique', planted('recovery', `import { a } from '@onnx-compress/pruning';`)],
    ['a type-only import', planted('math', `import type { Model } from '@onnx-compress/graph';`)],
    ['a re-export', planted('core', `export { a } from '@onnx-compress/runtime';`)],
    ['a dynamic import', planted('cleanup', `const load = () => import('onnxruntime-node');`)],
    ['a third-party package outside the table', planted('pruning', `import * as ort from 'onnxruntime-node';`)],
    ['the file system in a technique', planted('pruning', `import { readFileSync } from 'node:fs';`)],
    ['the file system by its old name', planted('cleanup', `import fs from 'fs';`)],
    ["graph's files in a technique", planted('pruning', `import { openModel } from '@onnx-compress/graph/node';`)],
    ['a path past the public entry', planted('runtime', `import { a } from '@onnx-compress/graph/src/model/node.js';`)],
    ['a relative path out of the package', planted('core', `import { a } from '../../graph/src/index.js';`)],
    ['the command line reaching past compress', planted('cli', `import { a } from '@onnx-compress/graph';`)],
  ])('reports %s', (_, file) => {
    expect(importViolations([file], declared)).toEqual([
      expect.stringContaining(`${file.folder}/src/planted.ts imports`),
    ]);
  });

  it('reports a package that package.json does not declare', () => {
    const file = planted('core', `import { z } from 'zod';`);
    expect(importViolations([file], { core: [] })).toEqual([expect.stringContaining('not among the dependencies')]);
    expect(importViolations([file], { core: ['zod'] })).toEqual([]);
  });

  it("keeps Node's modules of graph behind its node entry", () => {
    const files = planted('graph', `import { open } from 'node:fs/promises';`, 'src/files/file.ts');
    const nodeEntry = planted('graph', `export * from './files/file.js';`, 'src/node.ts');
    const neutral = planted('graph', `export * from './files/file.js';`, 'src/index.ts');
    expect(importViolations([files, nodeEntry], declared)).toEqual([]);
    expect(importViolations([files, neutral], declared)).toEqual([expect.stringContaining('must run without Node')]);
  });

  it('reports a package that the table does not know', () => {
    expect(importViolations([planted('new-room', '')], {})).toEqual(['new-room is missing in the import table']);
  });
});
