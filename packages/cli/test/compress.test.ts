import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { commandLine, withModelFolder } from './support/command-line.js';

const PRUNE_AND_QUANT = ['model.onnx', '--prune', 'l1:0.5', '--quant', 'int8-per-channel'];

const json = (text: string): unknown => JSON.parse(text);

describe('compress', () => {
  it('writes <name>.compressed.onnx and prints a table on stdout, progress on stderr', () =>
    withModelFolder(async (cwd) => {
      const { code, stdout, stderr } = await commandLine(PRUNE_AND_QUANT, { cwd });
      expect(code).toBe(0);
      expect(stdout).toMatch(/^model\.onnx {3}.* -> .* -\d+\.\d %/);
      expect(stdout).toMatch(/\n {2}prune l1:0\.5 .* 64 -> 32 channels/);
      expect(stdout).toMatch(/\n {2}quant int8-per-channel /);
      expect(stdout).toMatch(/\n {2}verify ok /);
      expect(stderr).toMatch(/^tidy \d+\.\d s\nprune l1:0\.5 \d+\.\d s\n/);
      expect(await readdir(cwd)).toEqual(['model.compressed.onnx', 'model.onnx']);
    }));

  it('prints nothing but the report with --json, and only that with -q', () =>
    withModelFolder(async (cwd) => {
      const { stdout, stderr } = await commandLine([...PRUNE_AND_QUANT, '--json', '-q', '--seed', '7'], { cwd });
      expect(stderr).toBe('');
      expect(json(stdout)).toMatchObject({ schemaVersion: 1, seed: 7, verification: { status: 'ok' } });
    }));

  it('is coloured only on a terminal, and not with NO_COLOR', () =>
    withModelFolder(async (cwd) => {
      const grow = ['model.onnx', '--max-size', '1kB', '--verify', 'off'];
      const red = '\u001B[31m';
      expect((await commandLine(grow, { cwd, terminal: true })).stdout).toContain(red);
      expect((await commandLine(grow, { cwd, terminal: true, env: { NO_COLOR: '1' } })).stdout).not.toContain(red);
      expect((await commandLine(grow, { cwd })).stdout).not.toContain(red);
    }));

  it('draws one live line on a terminal and removes it again', () =>
    withModelFolder(async (cwd) => {
      const { stderr } = await commandLine([...PRUNE_AND_QUANT, '--verify', 'off'], { cwd, terminal: true });
      const clear = '\r\u001B[2K';
      expect(stderr).toContain(`${clear}prune l1:0.5`);
      const drawn = stderr.split('\n').filter((line) => !line.includes('warning:'));
      expect(drawn.join('').endsWith(clear)).toBe(true);
    }));

  it('ends with 6 and writes nothing where a budget is missed; the report says what was reached', () =>
    withModelFolder(async (cwd) => {
      const { code, stdout, stderr } = await commandLine([...PRUNE_AND_QUANT, '--max-size', '1kB', '--json'], { cwd });
      expect(code).toBe(6);
      expect(stderr).toContain('error: The result misses a limit: max-size: ');
      expect(json(stdout)).toMatchObject({
        schemaVersion: 1,
        error: { code: 'BUDGET_MISSED' },
        budgets: [{ name: 'max-size', limit: 1000, ok: false }],
        output: { path: null },
      });
      expect(await readdir(cwd)).toEqual(['model.onnx']);
    }));

  it('keeps a rejected result on request', () =>
    withModelFolder(async (cwd) => {
      const { code } = await commandLine([...PRUNE_AND_QUANT, '--min-snr', '300', '--keep-failed'], { cwd });
      expect(code).toBe(6);
      expect(await readdir(cwd)).toEqual(['model.failed.onnx', 'model.onnx']);
    }));

  it('writes the report to a file, also that of a rejected result', () =>
    withModelFolder(async (cwd) => {
      await commandLine([...PRUNE_AND_QUANT, '--report', 'good.md', '--dry-run'], { cwd });
      await commandLine([...PRUNE_AND_QUANT, '--report', 'bad.json', '--max-ratio', '0.001'], { cwd });
      expect(await readFile(join(cwd, 'good.md'), 'utf8')).toMatch(/^\*\*`model\.onnx`\*\* /);
      expect(json(await readFile(join(cwd, 'bad.json'), 'utf8'))).toMatchObject({ budgets: [{ ok: false }] });
      expect(await readdir(cwd)).toEqual(['bad.json', 'good.md', 'model.onnx']);
    }));

  it('replays the recipe that it prints, and lets flags override it', () =>
    withModelFolder(async (cwd) => {
      const quant = ['--quant', 'int8-per-channel', '--quant', 'int8-per-tensor@/head/**'];
      const printed = await commandLine(['--prune', 'l1:0.5', ...quant, '--print-recipe'], { cwd });
      await writeFile(join(cwd, 'recipe.json'), printed.stdout);
      const again = await commandLine(['--recipe', 'recipe.json', '--print-recipe'], { cwd });
      expect(again.stdout).toBe(printed.stdout);

      const flags = [
        '--recipe',
        'recipe.json',
        '--prune',
        'l2:0.25',
        '--cleanup',
        'off',
        '--seed',
        '3',
        '--print-recipe',
      ];
      const { stdout } = await commandLine(flags, { cwd });
      expect(json(stdout)).toMatchObject({
        seed: 3,
        steps: [
          { technique: 'tidy' },
          { technique: 'l2', options: { ratio: 0.25 } },
          { technique: 'fold' },
          { technique: 'int8-per-channel', skip: ['/head/**'] },
          { technique: 'int8-per-tensor', include: ['/head/**'] },
          { technique: 'tidy' },
        ],
      });

      const run = await commandLine(['model.onnx', '--recipe', 'recipe.json', '--json', '-q'], { cwd });
      expect(json(run.stdout)).toMatchObject({ recipe: json(printed.stdout) });
    }));

  it('refuses a recipe with a mistake', () =>
    withModelFolder(async (cwd) => {
      await writeFile(join(cwd, 'recipe.json'), '{"steps": [{"family": "prune", "technique": "l1"}]}');
      const { code, stderr } = await commandLine(['model.onnx', '--recipe', 'recipe.json'], { cwd });
      expect([code, stderr]).toEqual([2, expect.stringMatching(/^error: .*steps\[0\].*ratio.*\n$/)]);
    }));

  it('ends with 130 when it is cancelled', () =>
    withModelFolder(async (cwd) => {
      const { code, stderr } = await commandLine(PRUNE_AND_QUANT, { cwd, signal: AbortSignal.abort() });
      expect([code, stderr]).toEqual([130, 'error: Cancelled.\n']);
      expect(await readdir(cwd)).toEqual(['model.onnx']);
    }));
});

describe('errors', () => {
  it('are one line on stderr, and with --json an object on stdout', () =>
    withModelFolder(async (cwd) => {
      await writeFile(join(cwd, 'text.onnx'), 'no model at all, really\n');
      const { code, stdout, stderr } = await commandLine(['text.onnx', '--json'], { cwd });
      expect(code).toBe(3);
      expect(stderr.split('\n')).toHaveLength(2);
      expect(json(stdout)).toEqual({
        schemaVersion: 1,
        error: { code: expect.any(String), message: expect.any(String), hint: expect.any(String) },
      });
      expect(await readdir(cwd)).toEqual(['model.onnx', 'text.onnx']);
    }));
});

describe('the other commands', () => {
  it('diff prints before and after, and ends with 1 only where --exit-code asks for it', () =>
    withModelFolder(async (cwd) => {
      await commandLine([...PRUNE_AND_QUANT, '-o', 'small.onnx', '-q'], { cwd });
      const diff = await commandLine(['diff', 'model.onnx', 'small.onnx', '--json'], { cwd });
      expect(json(diff.stdout)).toMatchObject({ schemaVersion: 1, same: false, before: { nodes: 5 } });
      expect(diff.code).toBe(0);
      expect((await commandLine(['diff', 'model.onnx', 'small.onnx', '--exit-code'], { cwd })).code).toBe(1);
      expect((await commandLine(['diff', 'model.onnx', 'model.onnx', '--exit-code'], { cwd })).code).toBe(0);
    }));

  it('verify ends with 5 where a limit is missed', () =>
    withModelFolder(async (cwd) => {
      await commandLine([...PRUNE_AND_QUANT, '-o', 'small.onnx', '-q'], { cwd });
      const good = await commandLine(['verify', 'model.onnx', 'model.onnx', '--min-snr', '100', '--json'], { cwd });
      expect([good.code, json(good.stdout)]).toMatchObject([0, { verification: { fidelity: 'exact' } }]);
      expect((await commandLine(['verify', 'model.onnx', 'small.onnx', '--min-cosine', '1'], { cwd })).code).toBe(5);
    }));

  it('inspect and list answer in text and in JSON', () =>
    withModelFolder(async (cwd) => {
      const inspection = await commandLine(['inspect', 'model.onnx', '--dim', 'batch=4'], { cwd });
      expect(inspection.stdout).toContain('at batch = 4');
      expect((await commandLine(['list', 'prune'], { cwd })).stdout).toMatch(/^prune l1: /);
      const list = await commandLine(['list', 'quant', '--json'], { cwd });
      expect(json(list.stdout)).toMatchObject({
        techniques: expect.arrayContaining([expect.objectContaining({ name: 'int8-per-channel' })]),
      });
    }));
});
