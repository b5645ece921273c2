import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { incompleteTechniques, type TextFile, techniquesIn } from '../src/architecture/techniques.js';

const root = join(import.meta.dirname, '..', '..', '..');

function filesBelow(folder: string): TextFile[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|md)$/.test(name))
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

const TECHNIQUE_PACKAGES = readdirSync(join(root, 'packages')).filter((name) => !['core', 'test-kit'].includes(name));

const source: TextFile = {
  path: 'packages/pruning/src/criteria/l1.ts',
  text: `export const l1 = defineTechnique({ family: 'prune', name: 'l1', create });`,
};
const registry: TextFile = {
  path: 'packages/pruning/src/registry.ts',
  text: `import { l1 } from './criteria/l1.js';\nexport const pruningTechniques = [l1];`,
};
const test: TextFile = { path: 'packages/pruning/test/l1.test.ts', text: `describe('prune l1', () => {});` };
const NO_PAGE = 'prune l1: no page docs/techniques/prune/l1.md, and no section in docs/techniques/prune.md';
const docs: TextFile = { path: 'docs/techniques/prune.md', text: '# Pruning\n\n## `l1`\n' };

describe('techniques', () => {
  it('each have a file, a registry line, a test and a page or section of the documentation', () => {
    const files = [
      ...TECHNIQUE_PACKAGES.flatMap((name) =>
        ['src', 'test'].flatMap((part) => filesBelow(`packages/${name}/${part}`)),
      ),
      ...filesBelow('docs'),
    ];
    expect(techniquesIn(files)).toEqual(expect.arrayContaining(['prune l1', 'quant int8-per-channel']));
    expect(incompleteTechniques(files)).toEqual([]);
  });
});

describe('incompleteTechniques', () => {
  it('is content with a technique that has all four parts', () => {
    expect(incompleteTechniques([source, registry, test, docs])).toEqual([]);
  });

  it('takes a page of its own for a section', () => {
    const page: TextFile = { path: 'docs/techniques/prune/l1.md', text: '# `l1`\n' };
    expect(incompleteTechniques([source, registry, test, page])).toEqual([]);
  });

  it.each([
    ['the registry line', [source, test, docs], 'prune l1: no line in packages/pruning/src/registry.ts'],
    ['the test', [source, registry, docs], 'prune l1: no test in packages/pruning/test mentions it'],
    ['a page or section', [source, registry, test], NO_PAGE],
  ])('reports a technique without %s', (_, files, problem) => {
    expect(incompleteTechniques(files)).toEqual([problem]);
  });

  it('does not take an import for a registry entry, nor a longer name for the technique', () => {
    const imported = {
      ...registry,
      text: `import { l1 } from './criteria/x.js';\nexport const pruningTechniques = [];`,
    };
    const longer = { ...docs, text: '## `l1-norm`\n' };
    expect(incompleteTechniques([source, imported, test, longer])).toEqual([
      'prune l1: no line in packages/pruning/src/registry.ts',
      NO_PAGE,
    ]);
  });

  it('reports a file with two techniques', () => {
    const crowded = { ...source, text: `${source.text}\n${source.text.replaceAll('l1', 'l2')}` };
    expect(incompleteTechniques([crowded, registry, test, docs])).toContain(`${source.path} defines 2 techniques`);
  });
});
