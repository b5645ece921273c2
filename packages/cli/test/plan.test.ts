import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readFloats } from '@onnx-compress/graph';
import { randomFloats } from '@onnx-compress/test-kit';
import { npy, writeClassifier } from './support/check-project.js';
import { commandLine, withModelFolder } from './support/command-line.js';
import { schemaProblems } from './support/published-form.js';

const json = (text: string): unknown => JSON.parse(text);

const bytes = (folder: string, name: string) => readFile(join(folder, name));

describe('--plan and --plan-from', () => {
  it('remove the same channels again: the same bytes', () =>
    withModelFolder(async (cwd) => {
      const first = await commandLine(['model.onnx', '--prune', 'l1:0.5', '-o', 'a.onnx', '--plan', 'plan.json'], {
        cwd,
      });
      expect(first.code).toBe(0);
      const plan = json(await readFile(join(cwd, 'plan.json'), 'utf8'));
      expect(schemaProblems('plan', plan)).toEqual([]);
      expect(plan).toMatchObject({ removals: [{ node: '/body/conv', tensor: 'conv_w', axis: 0, size: 64 }] });
      const again = await commandLine(['model.onnx', '--plan-from', 'plan.json', '-o', 'b.onnx'], { cwd });
      expect(again.stdout).toMatch(/\n {2}prune plan .* 64 -> 32 channels/);
      expect(await bytes(cwd, 'b.onnx')).toEqual(await bytes(cwd, 'a.onnx'));
    }));

  it('repeat a run with samples without them: the plan holds what the removed channels held', () =>
    withModelFolder(async (cwd) => {
      await mkdir(join(cwd, 'samples'));
      for (const seed of [1, 2, 3]) {
        const values = await readFloats(randomFloats([1, 3, 8, 8], seed));
        await writeFile(join(cwd, 'samples', `${seed}.npy`), npy([1, 3, 8, 8], values));
      }
      const wanda = [
        ...['model.onnx', '--prune', 'wanda:0.5', '--calib', 'samples', '--recover', 'off'],
        ...['-o', 'a.onnx', '--plan', 'plan.json'],
      ];
      expect(await commandLine(wanda, { cwd })).toMatchObject({ code: 0 });
      const plan = json(await readFile(join(cwd, 'plan.json'), 'utf8'));
      expect(schemaProblems('plan', plan)).toEqual([]);
      expect(plan).toMatchObject({ constants: [{ node: '/head/gemm', tensor: 'head_w', axis: 0, size: 64 }] });
      await commandLine(['model.onnx', '--plan-from', 'plan.json', '-o', 'b.onnx'], { cwd });
      expect(await bytes(cwd, 'b.onnx')).toEqual(await bytes(cwd, 'a.onnx'));
    }));

  it('go with a report: the recipe of a replayed plan replays, and its plan is the same', () =>
    withModelFolder(async (cwd) => {
      const from = ['model.onnx', '--prune', 'l1:0.5', '--dry-run', '--plan', 'plan.json', '-q'];
      await commandLine(from, { cwd });
      const recipe = await commandLine(['--plan-from', 'plan.json', '--print-recipe'], { cwd });
      await writeFile(join(cwd, 'recipe.json'), recipe.stdout);
      const run = ['model.onnx', '--recipe', 'recipe.json', '--plan', 'again.json', '-q', '--json'];
      expect((await commandLine(run, { cwd })).code).toBe(0);
      expect(await readFile(join(cwd, 'again.json'), 'utf8')).toBe(await readFile(join(cwd, 'plan.json'), 'utf8'));
    }));

  it('refuse a plan for another model, unless forced; and one that does not fit at all', () =>
    withModelFolder(async (cwd) => {
      await commandLine(['model.onnx', '--prune', 'l1:0.5', '--dry-run', '--plan', 'plan.json', '-q'], { cwd });
      await commandLine(['model.onnx', '--prune', 'random:0.25', '-o', 'pruned.onnx', '-q'], { cwd });
      const other = await commandLine(['pruned.onnx', '--plan-from', 'plan.json'], { cwd });
      expect([other.code, other.stderr]).toEqual([2, expect.stringContaining('The plan was made for another model')]);
      const forced = await commandLine(['pruned.onnx', '--plan-from', 'plan.json', '--force'], { cwd });
      expect([forced.code, forced.stderr]).toEqual([
        2,
        expect.stringContaining('has 48 positions here, and 64 in the plan'),
      ]);
      await writeClassifier(join(cwd, 'classifier.onnx'), 32, 1);
      const alien = await commandLine(['classifier.onnx', '--plan-from', 'plan.json', '--force', '--json'], { cwd });
      expect(json(alien.stdout)).toMatchObject({ error: { code: 'PLAN_DOES_NOT_FIT', node: '/body/conv' } });
      expect(await readdir(cwd)).toEqual(['classifier.onnx', 'model.onnx', 'plan.json', 'pruned.onnx']);
      const same = await commandLine(['model.onnx', '--plan-from', 'plan.json', '--force', '-q'], { cwd });
      expect(same.code).toBe(0);
    }));

  it('name what is wrong with a plan file', () =>
    withModelFolder(async (cwd) => {
      const missing = await commandLine(['model.onnx', '--plan-from', 'none.json'], { cwd });
      expect([missing.code, missing.stderr]).toEqual([2, expect.stringMatching(/There is no plan .*none\.json/)]);
      await writeFile(
        join(cwd, 'bad.json'),
        '{"schemaVersion": 1, "input": {"sha256": "x"}, "removals": [{"node": 3}]}',
      );
      const bad = await commandLine(['model.onnx', '--plan-from', 'bad.json'], { cwd });
      expect([bad.code, bad.stderr]).toEqual([2, expect.stringContaining('bad.json is not a plan: removals.0.node')]);
      const nowhere = await commandLine(['model.onnx', '--prune', 'l1:0.5', '--plan', 'no/plan.json'], { cwd });
      expect([nowhere.code, nowhere.stderr]).toEqual([
        2,
        expect.stringContaining('Cannot write the plan no/plan.json'),
      ]);
    }));
});

describe('--dry-run', () => {
  it('says group by group what would go, and leaves nothing', () =>
    withModelFolder(async (cwd) => {
      const { stdout } = await commandLine(['model.onnx', '--prune', 'l1:0.5', '--dry-run'], { cwd });
      expect(stdout).toContain(
        [
          '  prune l1:0.5: channels of each group, named after its first layer',
          '    /body/conv   64 -> 32',
          '    total of 1   64 -> 32',
          '',
        ].join('\n'),
      );
      expect(await readdir(cwd)).toEqual(['model.onnx']);
      const report = await commandLine(['model.onnx', '--prune', 'l1:0.5', '--dry-run', '--json', '-q'], { cwd });
      expect(json(report.stdout)).toMatchObject({
        output: { path: null },
        steps: [{}, { removals: [{ node: '/body/conv', size: 64 }], changed: expect.any(Array) }, {}, {}],
      });
    }));
});

describe('inspect --prunable', () => {
  it('lists groups with what goes with them, and what stays', () =>
    withModelFolder(async (cwd) => {
      const { code, stdout } = await commandLine(['inspect', 'model.onnx', '--prunable'], { cwd });
      expect(code).toBe(0);
      expect(stdout).toMatch(/\n {2}\/body\/conv +64 +1 +2 368 +62 848 +100\.0 %\n/);
      expect(stdout).toMatch(/\n {2}\/head\/gemm\n {4}the channels are those of graph output "scores"\n/);
      const { stdout: text } = await commandLine(['inspect', 'model.onnx', '--prunable', '--json'], { cwd });
      expect(json(text)).toMatchObject({
        schemaVersion: 1,
        groups: [{ node: '/body/conv', opType: 'Conv', units: 64, consumers: 1, companions: 0 }],
        pinned: [{ node: '/head/gemm' }],
        unprunable: [],
      });
    }));
});
