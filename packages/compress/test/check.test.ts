import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { CancelledError } from '@onnx-compress/core';
import { compareFigures, DEFAULT_TOLERANCE, withBaseline } from '../src/check/baseline.js';
import { checkModels } from '../src/check/check-models.js';
import type { CheckReport, ModelCheck } from '../src/check/check-report.js';
import { findConfig } from '../src/check/config-file.js';
import { configJsonSchema } from '../src/check/config-schema.js';
import { fellBehind, missedBudget } from '../src/check/failures.js';
import { planCheck } from '../src/check/plan.js';
import { renderCheck, renderCheckMarkdown } from '../src/check/render-check.js';
import { compressFile } from '../src/compress-file.js';
import { classifier, withModelFile } from './support/models.js';
import { sampleReport } from './support/sample-report.js';

const json = async (path: URL): Promise<unknown> => JSON.parse(await readFile(path, 'utf8'));

async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'compress-check-test-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

describe('the config', () => {
  it('has a published JSON Schema that follows from what is checked', async () => {
    const published = await json(new URL('../compress-config.schema.json', import.meta.url));
    expect(published).toEqual(JSON.parse(JSON.stringify(configJsonSchema())));
    expect(published).toMatchObject({
      properties: { models: { items: { oneOf: [{ required: ['input'] }, { required: ['file'] }] } } },
    });
  });

  it.each(['compress.config.json', 'package.json'])('of the documentation can be meant: %s', (name) =>
    withFolder(async (folder) => {
      const page = await readFile(new URL('../../../docs/pipelines.md', import.meta.url), 'utf8');
      const files = new Map(
        [...page.matchAll(/^`([^`\n]+)`:\n\n```json\n(.*?)```/gms)].map(([, path = '', text = '']) => [path, text]),
      );
      for (const path of [name, 'models/recognizer.recipe.json']) {
        await mkdir(dirname(join(folder, path)), { recursive: true });
        await writeFile(join(folder, path), files.get(path) ?? '');
      }
      const config = findConfig(folder, undefined);
      if (config.kind !== 'found') throw new Error(`no config in ${name} of the page`);
      const plan = await planCheck(config);
      expect(plan.tolerance).toEqual(DEFAULT_TOLERANCE);
      expect(plan.entries[0]).toMatchObject({
        kind: 'build',
        input: join(folder, 'models/detector.onnx'),
        budgets: { maxBytes: 4_000_000 },
      });
      expect(plan.entries.map((entry) => entry.kind).join(' ')).toMatch(/^build(?: build guard)?$/);
    }),
  );

  it('finds files of a recipe from its own folder, and lets specs and limits go before those of the recipe', () =>
    withFolder(async (folder) => {
      const value = {
        models: [
          {
            input: 'a.onnx',
            quant: 'int8-per-tensor',
            recipe: {
              steps: [{ family: 'quant', technique: 'int8-per-channel' }],
              calibration: ['samples', 'random'],
              inputs: { mask: 'mask.npy', sr: '16000' },
              budgets: { maxRatio: 0.5, minCosine: 0.9 },
            },
            budgets: { minCosine: 0.99 },
          },
        ],
      };
      const { entries } = await planCheck({ kind: 'found', path: join(folder, 'compress.config.json'), value });
      const [entry] = entries;
      expect(entry).toMatchObject({
        name: 'a.compressed.onnx',
        recipe: {
          steps: [{ technique: 'int8-per-tensor' }],
          calibration: [join(folder, 'samples'), 'random'],
          inputs: { mask: join(folder, 'mask.npy'), sr: '16000' },
        },
        budgets: { maxRatio: 0.5, minCosine: 0.99 },
      });
      expect(Object.fromEntries(entry?.places ?? [])).toEqual({
        maxRatio: 'models[0].recipe.budgets.maxRatio in compress.config.json',
        minCosine: 'models[0].budgets.minCosine in compress.config.json',
      });
    }));
});

describe('the baseline', () => {
  const stored = { bytes: 1000, cosine: 0.99, agreement: 0.9 };

  it.each([
    [{ bytes: 1010, cosine: 0.989, agreement: 0.89 }, []],
    [{ bytes: 900, cosine: 1, agreement: 1 }, []],
    [{ bytes: 1011, cosine: 0.99, agreement: 0.9 }, ['bytes']],
    [{ bytes: 1000, cosine: 0.9889, agreement: 0.9 }, ['cosine']],
    [{ bytes: 1000, cosine: 0.99, agreement: 0.889 }, ['agreement']],
    [{ bytes: 1000 }, ['cosine', 'agreement']],
  ])('with the default tolerance, %j misses %j', (figures, missed) => {
    const records = compareFigures(figures, stored, DEFAULT_TOLERANCE, true);
    expect(records.filter(({ ok }) => !ok).map(({ name }) => name)).toEqual(missed);
  });

  it('says nothing about a likeness that is not measured', () => {
    expect(compareFigures({ bytes: 5 }, stored, DEFAULT_TOLERANCE, false).map(({ name }) => name)).toEqual(['bytes']);
    expect(withBaseline({}, stored, DEFAULT_TOLERANCE, false)).toEqual({ maxBytes: 1010 });
  });

  it('tightens budgets and never loosens them', () => {
    const budgets = { maxBytes: 500, minCosine: 0.5, minSnr: 3 };
    expect(withBaseline(budgets, stored, DEFAULT_TOLERANCE, true)).toEqual({
      maxBytes: 500,
      minCosine: 0.989,
      minSnr: 3,
      minAgreement: 0.89,
    });
    expect(withBaseline(budgets, undefined, DEFAULT_TOLERANCE, true)).toBe(budgets);
  });
});

describe('a failure', () => {
  const places = new Map([['maxBytes', 'models[0].budgets.maxBytes in compress.config.json']]);

  it('of a size says by how much, and where to raise the limit', () => {
    const budget = { name: 'max-size', limit: 4_000_000, actual: 4_003_200, ok: false };
    expect(missedBudget('model.int8.onnx', budget, places)).toEqual({
      code: 'BUDGET_MISSED',
      message: 'model.int8.onnx is 3.2 kB above its limit of 4.0 MB (max-size)',
      hint: 'Raise models[0].budgets.maxBytes in compress.config.json, or make the model smaller.',
    });
  });

  it('of the speed does not advise what makes it slower', () => {
    const budget = { name: 'min-speedup', limit: 1.1, actual: 0.99, ok: false };
    expect(missedBudget('a', budget, new Map()).hint).toBe('Lower minSpeedup, or try another technique.');
  });

  it('against the baseline says how to accept it', () => {
    const record = { name: 'bytes', stored: 3_843_000, limit: 3_881_430, actual: 4_000_000, ok: false } as const;
    const { message, hint } = fellBehind('model.int8.onnx', record);
    expect(message).toBe('model.int8.onnx grew 4.1 % against the baseline: 3.8 MB -> 4.0 MB');
    expect(hint).toContain('compress check --update-baseline');
  });

  it('of a likeness that is not measured any more says what was stored', () => {
    const { message } = fellBehind('a', { name: 'agreement', stored: 0.9, limit: 0.89, actual: null, ok: false });
    expect(message).toBe('a: agreement cannot be measured any more; the baseline has 0.9');
  });
});

const model: ModelCheck = {
  name: 'model.int8.onnx',
  input: 'model.onnx',
  output: 'model.int8.onnx',
  status: 'unchanged',
  cached: true,
  fileBytes: 12_400_000,
  budgets: [],
  baseline: [],
  failures: [],
  report: sampleReport(),
};

const failed: ModelCheck = {
  ...model,
  name: 'a|b.onnx',
  status: 'failed',
  fileBytes: null,
  failures: [{ code: 'X', message: 'a|b.onnx: there is no file', hint: 'Check the path.' }],
};

const reportOf = (models: readonly ModelCheck[], baseline: string | null = null): CheckReport => ({
  schemaVersion: 1,
  config: 'compress.config.json',
  baseline,
  models,
});

describe('the rendered check', () => {
  it('has a line for each model and a last word', () => {
    const { report: _report, ...guarded } = { ...model, name: 'b.onnx', status: 'ok', output: null } as const;
    expect(renderCheck(reportOf([model, guarded]))).toMatchInlineSnapshot(`
"model.int8.onnx   97.8 -> 12.4 MB   -87.3 %   cosine 0.9412   unchanged
b.onnx            12.4 MB                                     ok
2 models ok, 1 unchanged since the last run
There is no baseline to compare with; 'compress check --update-baseline' stores the figures of today.
"
`);
    expect(renderCheck(reportOf([model], 'compress.baseline.json'))).toContain('The baseline lacks model.int8.onnx;');
  });

  it('marks what failed, and leaves the baseline out of it', () => {
    const text = renderCheck(reportOf([model, failed]), (line) => `<${line}>`);
    expect(text).toMatch(/\n<a\|b\.onnx .*FAILED>\n2 models: 1 failed\n$/);
  });

  it('is a table in Markdown, with the failures below', () => {
    expect(renderCheckMarkdown(reportOf([model, failed]))).toMatchInlineSnapshot(`
"## 2 models: 1 failed

| model | size | change | likeness | status |
| --- | --- | --- | --- | --- |
| \`model.int8.onnx\` | 97.8 -> 12.4 MB | -87.3 % | cosine 0.9412 | unchanged |
| \`a\\|b.onnx\` |  |  | cosine 0.9412 | FAILED |

- a|b.onnx: there is no file. Check the path.
"
`);
  });
});

describe('a check that is cancelled', () => {
  it('keeps the models that were finished, and leaves nothing of the others', () =>
    withModelFile(classifier(), async ({ folder }) => {
      await copyFile(join(folder, 'model.onnx'), join(folder, 'other.onnx'));
      const models = ['model.onnx', 'other.onnx'].map((input) => ({ input, recipe: { verify: 'off' } }));
      await writeFile(join(folder, 'compress.config.json'), JSON.stringify({ models }));
      const cancellation = new AbortController();
      let current = '';
      const run = checkModels({
        folder,
        signal: cancellation.signal,
        onModel: (name) => {
          current = name;
        },
        onEvent: ({ type }) => {
          if (type === 'step-start' && current === 'other.compressed.onnx') cancellation.abort();
        },
      });
      await expect(run).rejects.toThrow(CancelledError);
      expect((await readdir(folder)).filter((name) => name.includes('compressed'))).toEqual(['model.compressed.onnx']);
      const { report, exitCode } = await checkModels({ folder });
      expect([exitCode, ...report.models.map(({ status }) => status)]).toEqual([0, 'unchanged', 'ok']);
    }));
});

describe('compressFile with cache', () => {
  it('gives the report of the last run, until the options change', () =>
    withModelFile(classifier(64), async ({ path, folder }) => {
      const output = join(folder, 'small.onnx');
      const options = { verify: 'off', cache: true } as const;
      const first = await compressFile(path, output, options);
      const second = await compressFile(path, output, options);
      expect([first.cached, second.cached]).toEqual([false, true]);
      expect(second.report).toEqual(JSON.parse(JSON.stringify(first.report)));
      expect((await compressFile(path, output, { ...options, threads: 1 })).cached).toBe(false);
    }));

  it('refuses what has no content to compare', () =>
    withModelFile(classifier(), async ({ path, folder }) => {
      const run = compressFile(path, join(folder, 'small.onnx'), { cache: true, evaluate: async () => 1 });
      await expect(run).rejects.toThrow(/function evaluate .*cannot be taken from the cache/);
    }));
});
