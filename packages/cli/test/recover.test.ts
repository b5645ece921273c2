import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readFloats } from '@onnx-compress/graph';
import { randomFloats } from '@onnx-compress/test-kit';
import { npy } from './support/check-project.js';
import { commandLine, withModelFolder } from './support/command-line.js';

/** What `--print-recipe` shows of the option `recover`, step by step. */
async function recoverOf(argv: readonly string[]): Promise<readonly unknown[]> {
  const { code, stdout } = await commandLine([...argv, '--print-recipe']);
  expect(code).toBe(0);
  const { steps }: { readonly steps: readonly { readonly family: string; readonly options: { recover?: unknown } }[] } =
    JSON.parse(stdout);
  return steps.filter(({ family }) => family === 'prune').map(({ options }) => options.recover);
}

/** A hundred random images of the model of `withModelFolder`. */
async function writeSamples(folder: string): Promise<void> {
  await mkdir(join(folder, 'samples'));
  const values = await readFloats(randomFloats([100, 3, 8, 8], 1));
  await writeFile(join(folder, 'samples', 'image.npy'), npy([100, 3, 8, 8], values));
}

describe('--recover', () => {
  it('sets every step that removes channels and does not say it itself', async () => {
    const steps = ['--prune', 'l1:0.2', '--prune', 'l2:0.2,recover=mean', '--prune', 'l1-unstructured:0.5'];
    expect(await recoverOf(steps)).toEqual(['auto', 'mean', undefined]);
    expect(await recoverOf([...steps, '--recover', 'off'])).toEqual(['off', 'mean', undefined]);
    expect(await recoverOf([...steps, '--recover', 'least-squares'])).toEqual(['least-squares', 'mean', undefined]);
  });

  it('goes before what the recipe file says, and to a plan', () =>
    withModelFolder(async (cwd) => {
      await writeFile(join(cwd, 'recipe.json'), JSON.stringify({ recover: 'mean' }));
      await commandLine(['model.onnx', '--prune', 'l1:0.5', '--dry-run', '--plan', 'plan.json', '-q'], { cwd });
      const plan = ['--recipe', join(cwd, 'recipe.json'), '--plan-from', join(cwd, 'plan.json')];
      expect(await recoverOf(plan)).toEqual(['mean']);
      expect(await recoverOf([...plan, '--recover', 'off'])).toEqual(['off']);
    }));

  it.each([[['--prune', 'l1:0.5', '--recover', 'least-squares']], [['--prune', 'l1:0.5,recover=least-squares']]])(
    'asks for samples where there are none: %j',
    (argv) =>
      withModelFolder(async (cwd) => {
        const { code, stderr } = await commandLine(['model.onnx', ...argv], { cwd });
        expect(code).toBe(2);
        expect(stderr).toMatch(/Prune l1:0\.5,recover=\S+ needs calibration samples/);
        expect(stderr).toContain('--calib');
        expect(await readdir(cwd)).toEqual(['model.onnx']);
      }),
  );

  it('does nothing by itself without samples', () =>
    withModelFolder(async (cwd) => {
      const run = async (how: string) => {
        const argv = ['model.onnx', '--prune', 'l1:0.5', '--recover', how, '--json', '-q'];
        return JSON.parse((await commandLine(argv, { cwd })).stdout);
      };
      const [auto, off] = [await run('auto'), await run('off')];
      expect(auto.output.sha256).toBe(off.output.sha256);
    }));

  it('is on where there are samples; the plan of such a run and the same samples give the same bytes again', () =>
    withModelFolder(async (cwd) => {
      await writeSamples(cwd);
      const calib = ['--calib', 'samples'];
      const prune = ['model.onnx', '--prune', 'l1:0.5', ...calib, '-o', 'a.onnx', '--plan', 'plan.json'];
      const first = await commandLine(prune, { cwd });
      expect(first.stdout).toMatch(/\n {4}repaired least squares +1 of 1 layer, error \S+ -> \S+ \(median\)\n/);
      await commandLine(['model.onnx', '--plan-from', 'plan.json', ...calib, '-o', 'b.onnx', '-q'], { cwd });
      expect(await readFile(join(cwd, 'b.onnx'))).toEqual(await readFile(join(cwd, 'a.onnx')));
      const off = await commandLine([...prune, '--recover', 'off'], { cwd });
      expect(off.stdout).not.toContain('repaired');
    }));

  it('takes samples, and only its own words', () =>
    withModelFolder(async (cwd) => {
      await writeSamples(cwd);
      const argv = ['model.onnx', '--prune', 'l1:0.5', '--calib', 'samples', '-q', '--recover'];
      expect(await commandLine([...argv, 'off'], { cwd })).toMatchObject({ code: 0 });
      const wrong = await commandLine([...argv, 'leastsquares'], { cwd });
      expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('least-squares')]);
    }));
});
