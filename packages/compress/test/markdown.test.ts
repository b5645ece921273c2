import { describe, expect, it } from '@jest/globals';
import { renderMarkdown } from '../src/render/markdown.js';
import { renderMeasureMarkdown } from '../src/render/measure-markdown.js';
import { sampleAlone, sampleMeasurement } from './support/sample-measurement.js';
import { SAMPLE_LATENCY, sampleReport } from './support/sample-report.js';

const firstLine = (text: string) => text.split('\n')[0];

describe('the report as Markdown', () => {
  it('has verdict, sizes, latency, budgets and warnings, and folds the rest', () => {
    const budgets = [
      { name: 'max-ratio', limit: 0.3, actual: 0.1268, ok: true },
      { name: 'min-cosine', limit: 0.99, actual: 0.9412, ok: false },
    ];
    const warnings = [{ code: 'LOW_FIDELITY', message: 'The result is unlike the original.' }];
    expect(renderMarkdown(sampleReport({ budgets, warnings, latency: SAMPLE_LATENCY }))).toMatchSnapshot();
  });

  it('says everything that matters in its first line', () => {
    expect(firstLine(renderMarkdown(sampleReport({ latency: SAMPLE_LATENCY })))).toBe(
      '**`model.onnx`** 97.8 -> 12.4 MB, **-87.3 %** (7.9x smaller), ✅ verified, fidelity low, 1.51x speed: better',
    );
    const verification = { ...sampleReport().verification, status: 'failed', fidelity: null } as const;
    expect(firstLine(renderMarkdown(sampleReport({ verification })))).toContain('❌ verification FAILED');
  });

  it('shows names of a model as they are, whatever they hold', () => {
    const [step] = sampleReport().steps;
    const evil = 'a|b`<img src=x>@team\n# c';
    const text = renderMarkdown(
      sampleReport({
        input: { ...sampleReport().input, path: evil },
        steps: step === undefined ? [] : [{ ...step, skipped: [{ node: evil, reason: evil }] }],
        warnings: [{ code: 'X', message: evil }],
      }),
    );
    expect(text).not.toMatch(/<img|@team|^# c/m);
    expect(text).toContain('a&#124;b&#96;&#60;img src=x&#62;&#64;team &#35; c');
  });
});

describe('a measurement as Markdown', () => {
  it('has verdict, figures, budgets and warnings, and folds the input sizes', () => {
    expect(renderMeasureMarkdown(sampleMeasurement())).toMatchSnapshot();
  });

  it('shows a model alone', () => {
    const text = renderMeasureMarkdown(sampleAlone({ cases: [] }));
    expect(firstLine(text)).toBe('**`lenet.small.onnx`** 8.04 ms for one inference');
    expect(text).not.toMatch(/before|undefined/);
  });
});
