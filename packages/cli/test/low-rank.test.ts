import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { commandLine, withModelFolder } from './support/command-line.js';

interface PrintedStep {
  readonly family: string;
  readonly technique: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** The steps that `--print-recipe` shows. */
async function stepsOf(argv: readonly string[]): Promise<readonly PrintedStep[]> {
  const { code, stdout, stderr } = await commandLine([...argv, '--print-recipe']);
  expect([code, stderr]).toEqual([0, '']);
  const { steps }: { readonly steps: readonly PrintedStep[] } = JSON.parse(stdout);
  return steps;
}

/** The options of the steps of factorization alone. */
const optionsOf = async (argv: readonly string[]) =>
  (await stepsOf(argv)).filter(({ family }) => family === 'low-rank').map(({ options }) => options);

describe('--low-rank', () => {
  it('runs between pruning and quantization, on folded weights, wherever it stands on the command line', async () => {
    const flags = ['--quant', 'int8-per-channel', '--low-rank', 'svd:energy=0.95', '--prune', 'l1:0.3'];
    const names = (await stepsOf(flags)).map(({ technique }) => technique);
    expect(names).toEqual(['tidy', 'l1', 'fold', 'svd', 'int8-per-channel', 'tidy']);
  });

  it('takes a bare ratio, every rule for the ranks, and several specs', async () => {
    const specs = ['svd:0.4', 'svd:rank=64', 'svd-conv,keep-params=0.5', 'spatial-svd:keep-macs=0.5@/body/**'];
    const found = await optionsOf(specs.flatMap((spec) => ['--low-rank', spec]));
    expect(found).toMatchObject([{ ratio: 0.4 }, { rank: 64 }, { keepParams: 0.5 }, { keepMacs: 0.5 }]);
  });

  it('replaces the steps of its family in a recipe, and is replayed from the one that is printed', () =>
    withModelFolder(async (cwd) => {
      const flags = ['--low-rank', 'tucker2:energy=0.9,round=8', '--prune', 'l1:0.5', '--print-recipe'];
      const printed = await commandLine(flags, { cwd });
      const recipe = join(cwd, 'recipe.json');
      await writeFile(recipe, printed.stdout);
      expect((await commandLine(['--recipe', recipe, '--print-recipe'], { cwd })).stdout).toBe(printed.stdout);
      const replaced = await stepsOf(['--recipe', recipe, '--low-rank', 'svd:rank=32', '--low-rank', 'svd-conv:0.5']);
      expect(replaced.map(({ technique }) => technique)).toEqual(['tidy', 'l1', 'fold', 'svd', 'svd-conv', 'tidy']);
    }));

  it('searches with auto for the cosine of --min-cosine, unless it names one', async () => {
    const limit = ['--min-cosine', '0.97'];
    expect(await optionsOf(['--low-rank', 'svd,auto', ...limit])).toMatchObject([{ auto: true, minCosine: 0.97 }]);
    const own = ['--low-rank', 'svd,auto,min-cosine=0.9', ...limit];
    expect(await optionsOf(own)).toMatchObject([{ minCosine: 0.9 }]);
    expect((await optionsOf(['--low-rank', 'svd:energy=0.9', ...limit]))[0]).not.toHaveProperty('minCosine');
  });

  it('repairs as --recover says, unless it says so itself', async () => {
    const specs = ['--low-rank', 'svd:0.4', '--low-rank', 'svd-conv:0.4,recover=mean'];
    expect(await optionsOf(specs)).toMatchObject([{ recover: 'auto' }, { recover: 'mean' }]);
    expect(await optionsOf([...specs, '--recover', 'off'])).toMatchObject([{ recover: 'off' }, { recover: 'mean' }]);
  });

  it.each([
    [['--low-rnak', 'svd:0.4'], 'Did you mean --low-rank?'],
    [['--low-rank'], '--low-rank needs a value'],
    [['--low-rank', 'svdconv:0.4'], /no low-rank technique "svdconv"\. Did you mean "svd-conv"/],
    [['--prune', 'svd:0.4'], 'low-rank'],
    [['--low-rank', 'l1:0.4'], 'prune'],
    [['--low-rank', 'svd'], 'svd:0.5'],
    [['--low-rank', 'svd:energy=0.9,rank=64'], 'only one rule'],
    [['--low-rank', 'svd:energy=0'], 'energy must be'],
    [['--low-rank', 'svd:energy=1.5'], 'energy must be'],
    [['--low-rank', 'svd:rank=0'], 'rank must be'],
    [['--low-rank', 'svd:rnak=8'], 'Did you mean rank?'],
    [['--low-rank', 'svd:0.4,min-cosine=0.9'], 'auto'],
    [['list', 'lowrank'], 'Did you mean low-rank?'],
  ])('refuses %j in one line, with 2', async (argv, message) => {
    const { code, stdout, stderr } = await commandLine(argv[0] === 'list' ? argv : ['m.onnx', ...argv]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  it('says which layers it left whole, and writes a file that is smaller', () =>
    withModelFolder(async (cwd) => {
      const flags = ['model.onnx', '--low-rank', 'svd-conv:rank=8', '-o', 'small.onnx'];
      const { code, stdout } = await commandLine([...flags, '--verbose'], { cwd });
      expect([code, await readdir(cwd)]).toEqual([0, ['model.onnx', 'small.onnx']]);
      expect(stdout).toMatch(/low-rank svd-conv,rank=8 .* 1 of 1 layer, rank 8/);
      const text = await commandLine(['diff', 'model.onnx', 'small.onnx'], { cwd });
      expect(text.stdout).toContain('rank8');
    }));
});

describe('compress list', () => {
  it('has every factorization with its options', async () => {
    const { stdout } = await commandLine(['list', 'low-rank']);
    for (const name of ['svd', 'svd-conv', 'spatial-svd', 'tucker2']) expect(stdout).toContain(`low-rank ${name}: `);
    expect(stdout).toMatch(/^ {4}ratio .*the bare value/m);
    expect(stdout).toMatch(/^ {4}keep-params /m);
    expect(stdout).not.toContain('prune ');
  });
});
