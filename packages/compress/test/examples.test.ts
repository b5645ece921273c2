import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { classifier, withModelFile } from './support/models.js';

const folder = join(import.meta.dirname, '..', '..', '..', 'docs', 'examples');

const COMPRESS = ['compress-file.mjs', 'model.onnx', 'small.onnx', 'report.json'] as const;

/** Command line of every program, after the first one has run, and what it prints. */
const PROGRAMS: readonly (readonly [argv: readonly [string, ...string[]], prints: RegExp])[] = [
  [COMPRESS, /verify ok/],
  [['budgets-and-cancelling.mjs', 'model.onnx', 'other.onnx'], /^other\.onnx: \d+ bytes, cosine 0\.9/m],
  [['own-accuracy.mjs', 'model.onnx', 'other.onnx'], /^accuracy 1 -> /],
  [['own-samples.mjs', 'model.onnx', 'other.onnx'], /^verified on \d+ samples .* same top class in/],
  [['largest-layers.mjs', 'model.onnx'], /^conv \(Conv\): [\s\S]*prune l1/],
  [['diff-in-ci.mjs', 'model.onnx', 'copy.onnx'], /^nothing to object to$/m],
  [
    ['measure-two-models.mjs', 'model.onnx', 'small.onnx'],
    /times as fast, .*: (better|worse|equivalent|inconclusive)$/m,
  ],
  [['own-report.mjs', 'report.json'], /^model,step[\s\S]*prune l1[\s\S]*,verify ok/],
  [['replay-recipe.mjs', 'model.onnx', 'other.onnx', 'report.json'], /^the same file again$/m],
];

const node = promisify(execFile);

async function run([program, ...paths]: readonly [string, ...string[]], cwd: string): Promise<string> {
  const { stdout } = await node(process.execPath, [join(folder, program), ...paths], {
    cwd,
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  return stdout;
}

describe('the examples of the documentation', () => {
  it('are all run here', () => {
    const programs = readdirSync(folder).filter((name) => name.endsWith('.mjs'));
    expect(PROGRAMS.map(([[program]]) => program).sort()).toEqual(programs.sort());
  });

  it('run and print what they promise', () =>
    withModelFile(classifier(64), async ({ path, folder: cwd }) => {
      await copyFile(path, join(cwd, 'copy.onnx'));
      for (const [argv, prints] of PROGRAMS) {
        expect(await run(argv, cwd)).toMatch(prints);
        await rm(join(cwd, 'other.onnx'), { force: true });
      }
    }));

  it('fail a pipeline where there is something to object to', () =>
    withModelFile(classifier(64), async ({ folder: cwd }) => {
      await run(COMPRESS, cwd);
      await expect(run(['diff-in-ci.mjs', 'model.onnx', 'small.onnx'], cwd)).rejects.toMatchObject({ code: 1 });
    }));
});
