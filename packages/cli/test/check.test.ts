import { copyFile, mkdir, readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { npy, QUANTIZE, withProject, writeClassifier } from './support/check-project.js';
import { commandLine } from './support/command-line.js';

const OUTPUT = 'model.compressed.onnx';
const CACHE = '.onnx-compress-cache';
const FIXTURES = fileURLToPath(new URL('../../../fixtures', import.meta.url));

const statuses = ({ models }: { readonly models: readonly { readonly status: string }[] }) =>
  models.map(({ status }) => status);

const codes = ({ models }: { readonly models: readonly { readonly failures: readonly { code: string }[] }[] }) =>
  models.flatMap(({ failures }) => failures.map(({ code }) => code));

describe('compress check', () => {
  it('builds every model of the config, and says what each has become', () =>
    withProject(
      { models: [{ ...QUANTIZE, recipe: {}, budgets: { maxBytes: '1MB', minCosine: 0.9 } }] },
      async (project) => {
        const { code, stdout } = await commandLine(['check'], { cwd: project.cwd });
        expect(code).toBe(0);
        expect(stdout).toMatch(
          /^model\.compressed\.onnx {3}\d+\.\d -> \d+\.\d kB {3}-\d+\.\d % {3}cosine 0\.\d+ {3}ok\n1 model ok\n/,
        );
        expect(stdout).toContain('--update-baseline');
        expect(await readdir(project.cwd)).toEqual([CACHE, 'compress.config.json', OUTPUT, 'model.onnx']);
        const { models } = await project.check();
        expect(models).toMatchObject([
          {
            name: OUTPUT,
            input: 'model.onnx',
            output: OUTPUT,
            status: 'unchanged',
            cached: true,
            fileBytes: (await readFile(project.path(OUTPUT))).length,
            budgets: [
              { name: 'max-size', limit: 1_000_000, ok: true },
              { name: 'min-cosine', limit: 0.9, ok: true },
            ],
            report: { schemaVersion: 1, recipe: { budgets: { maxBytes: 1_000_000, minCosine: 0.9 } } },
          },
        ]);
      },
    ));

  it('finds its config in package.json, and from a folder inside the project', () =>
    withProject({ models: [QUANTIZE] }, async ({ cwd, path }) => {
      await rm(path('compress.config.json'));
      await writeFile(path('package.json'), JSON.stringify({ name: 'app', 'onnx-compress': { models: [QUANTIZE] } }));
      await mkdir(path('node_modules'));
      await mkdir(path('src'));
      const { code, stdout } = await commandLine(['check'], { cwd: path('src') });
      expect([code, stdout]).toEqual([0, expect.stringContaining('1 model ok')]);
      expect(await readdir(cwd)).toEqual([OUTPUT, 'model.onnx', 'node_modules', 'package.json', 'src']);
      expect(await readdir(path('node_modules/.cache/onnx-compress'))).toHaveLength(2);
    }));

  it('looks at a file without steps, whose size it guards', () =>
    withProject({ models: [{ file: 'model.onnx', budgets: { maxBytes: 100 } }] }, async ({ check, configure }) => {
      const missed = await check();
      expect([missed.code, codes(missed)]).toEqual([6, ['BUDGET_MISSED']]);
      expect(missed.stderr).toMatch(/^error: model\.onnx is \d+\.\d kB above its limit of 100 B \(max-size\)\. Raise /);
      expect(missed.stderr).toContain('models[0].budgets.maxBytes in compress.config.json');
      await configure({ models: [{ file: 'model.onnx', budgets: { maxBytes: '1MB' } }] });
      expect(await check()).toMatchObject({ code: 0, models: [{ output: null, status: 'ok' }] });
    }));

  it('looks at all models before it fails, and ends with the code of the one that broke off', () =>
    withProject(
      { models: [{ file: 'model.onnx', budgets: { maxBytes: 1 } }, { input: 'missing.onnx' }, QUANTIZE] },
      async ({ cwd, check }) => {
        const ended = await check('--report', 'check.md');
        expect([ended.code, statuses(ended)]).toEqual([3, ['failed', 'failed', 'ok']]);
        expect(JSON.parse(ended.stdout)).toMatchObject({ error: { code: 'CHECK_FAILED' } });
        expect(await readdir(cwd)).toContain(OUTPUT);
        const markdown = await readFile(`${cwd}/check.md`, 'utf8');
        expect(markdown).toMatch(/^## 3 models: 2 failed\n\n\| model /);
        expect(markdown).toContain('- model.onnx is ');
      },
    ));

  it('is cancelled with 130 and leaves nothing', () =>
    withProject({ models: [QUANTIZE] }, async ({ cwd }) => {
      const { code } = await commandLine(['check'], { cwd, signal: AbortSignal.abort() });
      expect(code).toBe(130);
      expect(await readdir(cwd)).toEqual(['compress.config.json', 'model.onnx']);
    }));
});

describe('a model is built again', () => {
  it('when its input has changed, and only that one', () =>
    withProject({ models: [QUANTIZE, { ...QUANTIZE, input: 'other.onnx' }] }, async ({ check, path }) => {
      await writeClassifier(path('other.onnx'), 64, 1);
      expect(statuses(await check())).toEqual(['ok', 'ok']);
      expect(statuses(await check())).toEqual(['unchanged', 'unchanged']);
      await writeClassifier(path('other.onnx'), 64, 7);
      expect(statuses(await check())).toEqual(['unchanged', 'ok']);
    }));

  it('when the external data of its input have changed', () =>
    withProject({ models: [{ ...QUANTIZE, input: 'external-data.onnx' }] }, async ({ check, path }) => {
      for (const name of ['external-data.onnx', 'external-data.bin']) await copyFile(`${FIXTURES}/${name}`, path(name));
      expect(statuses(await check())).toEqual(['ok']);
      expect(statuses(await check())).toEqual(['unchanged']);
      const bytes = await readFile(path('external-data.bin'));
      await writeFile(
        path('external-data.bin'),
        bytes.map((byte, index) => (index === 0 ? byte ^ 1 : byte)),
      );
      expect(statuses(await check())).toEqual(['ok']);
    }));

  it('when its recipe file has changed', () =>
    withProject({ models: [{ input: 'model.onnx', recipe: 'recipe.json' }] }, async ({ check, path }) => {
      const recipe = (ratio: number) => ({
        steps: [{ family: 'prune', technique: 'l1', options: { ratio } }],
        verify: 'off',
      });
      await writeFile(path('recipe.json'), JSON.stringify(recipe(0.25)));
      const first = await check();
      expect(statuses(await check())).toEqual(['unchanged']);
      await writeFile(path('recipe.json'), JSON.stringify(recipe(0.5)));
      const second = await check();
      expect(statuses(second)).toEqual(['ok']);
      expect(second.models[0]?.fileBytes).toBeLessThan(first.models[0]?.fileBytes ?? 0);
    }));

  it('when a sample has changed, was added, or was taken away', () =>
    withProject(
      { models: [{ ...QUANTIZE, recipe: { verify: 'fast', calibration: ['samples'] } }] },
      async (project) => {
        const sample = (name: string, value: number) =>
          writeFile(project.path(`samples/${name}`), npy([1, 3, 8, 8], new Float32Array(192).fill(value)));
        await mkdir(project.path('samples'));
        await sample('a.npy', 1);
        await sample('b.npy', 2);
        expect(statuses(await project.check())).toEqual(['ok']);
        expect(statuses(await project.check())).toEqual(['unchanged']);
        await sample('b.npy', 3);
        expect(statuses(await project.check())).toEqual(['ok']);
        await sample('c.npy', 1);
        expect(statuses(await project.check())).toEqual(['ok']);
        await rm(project.path('samples/a.npy'));
        expect(statuses(await project.check())).toEqual(['ok']);
        expect(statuses(await project.check())).toEqual(['unchanged']);
      },
    ));

  it('when its output was touched or removed', () =>
    withProject({ models: [QUANTIZE] }, async ({ check, path }) => {
      await check();
      const good = await readFile(path(OUTPUT));
      await writeFile(path(OUTPUT), Buffer.from(good).reverse());
      expect(statuses(await check())).toEqual(['ok']);
      expect(await readFile(path(OUTPUT))).toEqual(good);
      await rm(path(OUTPUT));
      expect(statuses(await check())).toEqual(['ok']);
      expect(await readFile(path(OUTPUT))).toEqual(good);
    }));

  it('when its cache is damaged, which is said, or when that is asked for', () =>
    withProject({ models: [QUANTIZE] }, async ({ check, path }) => {
      await check();
      for (const name of await readdir(path(CACHE))) await writeFile(path(`${CACHE}/${name}`), '{"sha256":');
      const { models, stderr } = await check();
      expect(models).toMatchObject([{ status: 'ok', cached: false }]);
      expect(stderr).toMatch(/warning: .*model-\w+\.json is damaged: the model is built anew/);
      expect(statuses(await check())).toEqual(['unchanged']);
      expect(statuses(await check('--force'))).toEqual(['ok']);
    }));

  it('but not when only its limits or its name have changed', () =>
    withProject({ models: [QUANTIZE] }, async ({ check, configure }) => {
      await check();
      await configure({ models: [{ ...QUANTIZE, name: 'small', budgets: { maxBytes: '1MB' } }] });
      expect((await check()).models).toMatchObject([{ name: 'small', cached: true, budgets: [{ limit: 1_000_000 }] }]);
      await configure({ models: [{ ...QUANTIZE, budgets: { maxBytes: '1kB' } }] });
      expect(await check()).toMatchObject({ code: 6, models: [{ status: 'failed', cached: true }] });
    }));
});

describe('a limit that is missed', () => {
  it('ends with 6, names the number and the place to change, and keeps the previous output', () =>
    withProject({ models: [{ ...QUANTIZE, budgets: { maxRatio: 0.5 } }] }, async ({ check, path, configure }) => {
      await check();
      const good = await readFile(path(OUTPUT));
      await configure({ models: [{ input: 'model.onnx', recipe: { verify: 'off', budgets: { maxRatio: 0.5 } } }] });
      const { code, stderr, models } = await check();
      expect([code, models[0]?.failures]).toEqual([
        6,
        [
          {
            code: 'BUDGET_MISSED',
            message: expect.stringMatching(/^model\.compressed\.onnx misses max-ratio: [01][\d.]*, at most 0\.5$/),
            hint: 'Raise models[0].recipe.budgets.maxRatio in compress.config.json, or make the model smaller.',
          },
        ],
      ]);
      expect(stderr).toMatch(/error: .*misses max-ratio.*\. Raise models\[0\]/);
      expect(await readFile(path(OUTPUT))).toEqual(good);
    }));

  it('is also a figure that fell behind the baseline, until that is updated', () =>
    withProject({ models: [QUANTIZE] }, async ({ check, path, configure }) => {
      const update = await check('--update-baseline');
      expect(update.code).toBe(0);
      const bytes = update.models[0]?.fileBytes;
      expect(JSON.parse(await readFile(path('compress.baseline.json'), 'utf8'))).toEqual({
        schemaVersion: 1,
        models: { [OUTPUT]: { bytes } },
      });
      expect((await check()).models).toMatchObject([
        { status: 'unchanged', baseline: [{ name: 'bytes', stored: bytes }] },
      ]);

      await configure({ models: [{ input: 'model.onnx', recipe: { verify: 'off' } }] });
      const good = await readFile(path(OUTPUT));
      const grown = await check();
      expect([grown.code, codes(grown)]).toEqual([6, ['BASELINE_REGRESSION']]);
      expect(grown.models[0]?.budgets).toEqual([]);
      expect(grown.stderr).toMatch(/grew \d+\.\d % against the baseline.*run 'compress check --update-baseline'/);
      expect(await readFile(path(OUTPUT))).toEqual(good);

      expect((await check('--update-baseline')).code).toBe(0);
      expect(await check()).toMatchObject({ code: 0, models: [{ baseline: [{ ok: true }] }] });
      expect(await readFile(path(OUTPUT))).not.toEqual(good);
    }));

  it('is held against a baseline that was changed by hand, without a build', () =>
    withProject({ models: [{ ...QUANTIZE, recipe: {} }] }, async ({ check, path }) => {
      await check('--update-baseline');
      const baseline = JSON.parse(await readFile(path('compress.baseline.json'), 'utf8'));
      baseline.models[OUTPUT].cosine = 1.5;
      await writeFile(path('compress.baseline.json'), JSON.stringify(baseline));
      const ended = await check();
      expect(ended).toMatchObject({ code: 6, models: [{ cached: true, failures: [{ code: 'BASELINE_REGRESSION' }] }] });
      expect(ended.stderr).toMatch(/model\.compressed\.onnx: cosine fell from 1\.5 to 0\.9\d+, at least 1\.499/);
    }));

  it('leaves the baseline as it is where a model fails', () =>
    withProject({ models: [{ ...QUANTIZE, budgets: { maxBytes: 1 } }] }, async ({ cwd, check }) => {
      expect((await check('--update-baseline')).code).toBe(6);
      expect(await readdir(cwd)).not.toContain('compress.baseline.json');
    }));
});

describe('a config', () => {
  const model = { input: 'model.onnx' };

  it.each([
    [{}, /models/],
    [{ models: [] }, /models: it lists no model/],
    [{ models: [{ ...model, output: 'model.onnx' }] }, /models\[0\]\.output is the input itself\. Name another file/],
    [{ models: [{ ...model, imput: 'x' }] }, /models\[0\]\.imput is not a key of the config\. Did you mean input\?/],
    [{ modles: [] }, /modles is not a key of the config\. Did you mean models\?/],
    [{ models: [{ ...model, budgets: { maxByte: 1 } }] }, /models\[0\]\.budgets\.maxByte .* Did you mean maxBytes\?/],
    [{ models: [{ ...model, budgets: { maxBytes: '4 apples' } }] }, /"4 apples" is no size such as 4MB/],
    [{ models: [{ ...model, quant: 'int8-per-chanel' }] }, /models\[0\]\.quant: .*int8-per-chanel.*int8-per-channel/],
    [{ models: [{ ...model, lowRank: 'svdconv:0.5' }] }, /models\[0\]\.lowRank: .*svdconv.*Did you mean "svd-conv"/],
    [{ models: [{ ...model, recipe: { seeds: 1 } }] }, /models\[0\]\.recipe in compress\.config\.json .*seeds/],
    [{ models: [{ ...model, recipe: 'nowhere.json' }] }, /nowhere\.json/],
    [{ models: [{ quant: 'int8-per-channel' }] }, /models\[0\] needs either input or file/],
    [
      { models: [{ file: 'model.onnx', quant: 'int8-per-channel' }] },
      /models\[0\]\.quant has no meaning for a guarded file/,
    ],
    [{ models: [{ file: 'model.onnx', budgets: { minCosine: 1 } }] }, /models\[0\]\.budgets\.minCosine has no meaning/],
    [{ models: [model, model] }, /models\[1\] has the name .* of an entry before it/],
    [
      {
        models: [
          { file: 'small.onnx', name: 'guard' },
          { ...model, output: 'small.onnx' },
        ],
      },
      /models\[0\] reads the output of models\[1\], which is made after it\. Move it behind models\[1\]/,
    ],
    [{ models: [model], tolerance: { byte: 1 } }, /tolerance\.byte .* Did you mean bytes\?/],
  ])('that cannot be meant is refused with its place: %j', (config, message) =>
    withProject(config, async ({ cwd, check }) => {
      const { code, stderr } = await check();
      expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
      expect(await readdir(cwd)).toEqual(['compress.config.json', 'model.onnx']);
    }),
  );

  it('that is missing, broken or there twice is refused', () =>
    withProject({ models: [model] }, async ({ cwd, check, path }) => {
      expect(await check('--config', 'nowhere.json')).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('nowhere.json'),
      });
      await writeFile(path('package.json'), JSON.stringify({ 'onnx-compress': { models: [model] } }));
      expect(await check()).toMatchObject({ code: 2, stderr: expect.stringContaining('Keep one of them') });
      await rm(path('package.json'));
      await writeFile(path('compress.config.json'), '{ "models": [ }');
      expect(await check()).toMatchObject({ code: 2, stderr: expect.stringContaining('is not JSON') });
      await rm(path('compress.config.json'));
      await mkdir(path('compress.config.json'));
      expect(await check()).toMatchObject({ code: 2, stderr: expect.stringMatching(/^error: Cannot read .*config/) });
      await rmdir(path('compress.config.json'));
      expect(await check()).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(/compress\.config\.json, or the key "onnx-compress"/),
      });
      expect(await readdir(cwd)).toEqual(['model.onnx']);
    }));
});

describe('what a check says', () => {
  it('stands below the name of the model that it is about, as that is written', () =>
    withProject({ models: [QUANTIZE] }, async ({ check, configure }) => {
      expect((await check()).stderr).toMatch(/^model\.compressed\.onnx:\n(?:.+\n)*quant int8-per-channel/);
      expect((await check()).stderr).toBe('');
      await configure({ models: [{ ...QUANTIZE, name: 'two words', budgets: { maxBytes: 1 } }] });
      expect((await check('-q')).stderr).toMatch(/^error: two words is .* above its limit of 1 B/);
      expect((await check('--verbose')).stderr).toMatch(/^two words:\nerror: two words is /);
    }));

  it('is said once for all models where nothing can be cached', () =>
    withProject({ models: [QUANTIZE, { ...QUANTIZE, output: 'other.onnx' }] }, async ({ check, path }) => {
      await writeFile(path(CACHE), 'a file where a folder should be');
      const { code, stderr } = await check();
      expect([code, stderr.match(/warning: Nothing was cached in/g)]).toEqual([0, [expect.any(String)]]);
    }));

  it('names the kinds of reports that it can write', () =>
    withProject({ models: [QUANTIZE] }, async ({ check }) => {
      const { code, stderr } = await check('--report', 'check.html');
      expect([code, stderr]).toEqual([2, expect.stringContaining('Its name ends in .md or .json.')]);
    }));

  it('is read from a config that begins with a byte order mark', () =>
    withProject({}, async ({ check, path }) => {
      await writeFile(path('compress.config.json'), `\uFEFF${JSON.stringify({ models: [{ file: 'model.onnx' }] })}`);
      expect((await check()).code).toBe(0);
    }));
});

describe('compress --cache', () => {
  const argv = ['model.onnx', '--quant', 'int8-per-channel', '--verify', 'off', '--cache', '--json'];

  it('does nothing the second time, and prints the same report', () =>
    withProject({}, async ({ cwd }) => {
      const first = await commandLine(argv, { cwd });
      const second = await commandLine(argv, { cwd });
      expect(second.stdout).toBe(first.stdout);
      expect(second.stderr).toBe('unchanged since the last run, whose result this is\n');
    }));

  it('runs again for another option, another input, and without the switch', () =>
    withProject({}, async ({ cwd, path }) => {
      const ran = async (...more: string[]) => {
        const { stderr } = await commandLine([...argv, ...more], { cwd });
        return /quant int8-per-channel/.test(stderr);
      };
      expect(await ran()).toBe(true);
      expect(await ran()).toBe(false);
      expect(await ran('--seed', '1')).toBe(true);
      expect(await ran('--seed', '1', '--threads', '1')).toBe(true);
      await writeClassifier(path('model.onnx'), 64, 5);
      expect(await ran('--seed', '1', '--threads', '1')).toBe(true);
      const { stderr } = await commandLine(
        argv.filter((word) => word !== '--cache'),
        { cwd },
      );
      expect(stderr).toContain('quant int8-per-channel');
    }));

  it('leaves nothing behind where the run fails', () =>
    withProject({}, async ({ cwd }) => {
      expect((await commandLine([...argv, '--max-size', '1B'], { cwd })).code).toBe(6);
      expect(await readdir(cwd)).toEqual(['compress.config.json', 'model.onnx']);
    }));
});
