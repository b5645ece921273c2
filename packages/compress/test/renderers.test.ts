import { describe, expect, it } from '@jest/globals';
import { diffModels } from '../src/diff/diff-models.js';
import { renderDiff } from '../src/diff/render-diff.js';
import { inspectModel } from '../src/inspect/inspect-model.js';
import { renderInspection } from '../src/inspect/render-inspection.js';
import type { ListedTechnique } from '../src/list/list-techniques.js';
import { renderList } from '../src/list/render-list.js';
import { readModel } from '../src/read-model.js';
import { renderTable } from '../src/render/table.js';
import { renderVerification } from '../src/verify/render-verification.js';
import { classifier, withModelFile } from './support/models.js';
import { SAMPLE_LATENCY, sampleReport } from './support/sample-report.js';

const marked = (name: string) => (text: string) => `<${name}>${text}</${name}>`;

const TECHNIQUE: ListedTechnique = {
  family: 'prune',
  name: 'sample',
  summary: 'removes what it is told to',
  reference: 'A paper, 2020',
  needsCalibration: true,
  options: [
    {
      key: 'ratio',
      name: 'ratio',
      allowed: '0 to 1',
      summary: 'part removed',
      required: true,
      positional: true,
    },
    {
      key: 'round',
      name: 'round',
      allowed: 'whole number',
      default: 8,
      required: false,
      positional: false,
    },
  ],
};

describe('the texts for a person', () => {
  it('of a run, with everything skipped', () => {
    const report = sampleReport({ latency: SAMPLE_LATENCY });
    expect(renderTable(report, { verbose: true, red: marked('red') })).toMatchSnapshot();
  });

  it('of a comparison of outputs', () => {
    const { before, after, verification } = sampleReport();
    const budgets = [{ name: 'min-cosine', limit: 0.99, actual: 0.9412, ok: false }];
    const result = { schemaVersion: 1, before, after, verification, budgets } as const;
    expect(renderVerification(result, marked('red'))).toMatchSnapshot();
  });

  it.each(['ascii', 'unicode', 'none'] as const)('of an inspection, with %s bars', async (bars) => {
    await withModelFile(classifier(), async ({ path }) => {
      const model = await readModel(path);
      const text = { bars, heading: marked('heading'), bar: marked('bar') };
      expect(renderInspection(await inspectModel(model), true, text)).toMatchSnapshot();
      await model.close();
    });
  });

  it('of the difference of two models', async () => {
    await withModelFile(classifier(16), ({ path: first }) =>
      withModelFile(classifier(24), async ({ path: second }) => {
        const [before, after] = [await readModel(first), await readModel(second)];
        const text = { added: marked('added'), removed: marked('removed'), changed: marked('changed') };
        expect(renderDiff(await diffModels(before, after), true, text)).toMatchSnapshot();
        await before.close();
        await after.close();
      }),
    );
  });

  it('of a list of techniques', () => {
    expect(renderList([TECHNIQUE])).toMatchSnapshot();
  });
});
