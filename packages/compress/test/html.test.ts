import { describe, expect, it } from '@jest/globals';
import { renderHtml } from '../src/html/render-html.js';
import type { Report } from '../src/report/report.js';
import { largeReport } from './support/large-report.js';
import { EXTERNAL, headingLevels, idsOf, referencesOf, withoutStyle } from './support/page.js';
import { SAMPLE_FIGURES } from './support/sample-figures.js';
import { SAMPLE_LATENCY, sampleReport } from './support/sample-report.js';

const cost = { parameters: 900, weightBytes: 3600, macs: 57_600, timeMs: 0.2 };

/** A report that has something for every section. */
function fullReport(parts: Partial<Report> = {}): Report {
  const [tidy, prune, ...others] = sampleReport().steps;
  const changed = [
    { node: 'conv1', tensor: 'w1', axis: 0, sizeBefore: 8, sizeAfter: 4, removed: [0, 1, 2, 6] },
    { node: 'conv2', tensor: 'w2', axis: 1, sizeBefore: 8, sizeAfter: 4, removed: [0, 1, 2, 6] },
  ];
  return sampleReport({
    steps: [tidy, prune && { ...prune, changed, figures: SAMPLE_FIGURES }, ...others].filter(
      (step) => step !== undefined,
    ),
    latency: SAMPLE_LATENCY,
    layers: [{ node: 'conv1', opType: 'Conv', before: cost, after: { ...cost, weightBytes: 900, timeMs: 0.1 } }],
    figures: SAMPLE_FIGURES.slice(2, 3),
    budgets: [
      { name: 'max-size', limit: 30_000_000, actual: 12_400_000, ok: true },
      { name: 'min-cosine', limit: 0.99, actual: 0.9412, ok: false },
    ],
    warnings: [{ code: 'LOW_FIDELITY', message: 'The result is unlike the original.' }],
    score: { before: 0.8, after: 0.79 },
    ...parts,
  });
}

const candidates = [sampleReport({ after: { ...sampleReport().after, fileBytes: 50_000_000 } })];

describe('the page about a run', () => {
  it('shows every section', () => {
    expect(withoutStyle(renderHtml(fullReport(), { candidates }))).toMatchSnapshot();
  });

  it('leaves out sections that have nothing to show', () => {
    const page = renderHtml(sampleReport({ steps: [] }));
    const sections = [...page.matchAll(/<section id="([^"]*)"/g)].map(([, id]) => id);
    expect(sections).toEqual(['summary', 'verification', 'reproduce']);
  });

  it('loads nothing and runs nothing', () => {
    const page = renderHtml(fullReport(), { candidates });
    expect(page).not.toMatch(EXTERNAL);
    expect(page).toContain("content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\"");
  });

  it('is harmless whatever a model calls its nodes', () => {
    const evil = `"><script>alert(1)</script><img src=x onerror='alert(2)'>\u0000\ud800`;
    const [step] = sampleReport().steps;
    const report = fullReport({
      input: { ...sampleReport().input, path: `models/${evil}` },
      steps:
        step === undefined
          ? []
          : [
              {
                ...step,
                changed: [{ node: evil, [evil]: evil }],
                skipped: [{ node: evil, reason: evil }],
                metrics: { [evil]: evil },
              },
            ],
      layers: [{ node: evil, opType: evil, before: cost, after: null }],
      warnings: [{ code: evil, message: evil }],
      figures: SAMPLE_FIGURES.map((figure) => ({ ...figure, title: evil, caption: evil })),
    });
    const page = renderHtml(report, { candidates: [report] });
    expect(page).not.toMatch(/<script|<img/);
    expect(page).not.toContain('\u0000');
    expect(page).toContain('&lt;script&gt;');
    expect(page).not.toMatch(/\p{Surrogate}/u);
  });

  it('has one first heading, skips no level, and points only at what is there', () => {
    const page = renderHtml(fullReport(), { candidates });
    const levels = headingLevels(page);
    expect(levels.filter((level) => level === 1)).toEqual([1]);
    expect(levels.every((level, index) => level <= (levels[index - 1] ?? 0) + 1)).toBe(true);
    const ids = idsOf(page);
    expect(new Set(ids).size).toBe(ids.length);
    expect(referencesOf(page).filter((id) => !ids.includes(id))).toEqual([]);
  });

  it('marks growth with a plus and a word', () => {
    const { after } = sampleReport();
    const page = renderHtml(sampleReport({ after: { ...after, fileBytes: 99_756_000 } }));
    expect(page).toContain('<p class="change bad">+2.0 %, 1.02x larger</p>');
  });

  it('says loudly that a result must not be used', () => {
    const { verification } = sampleReport();
    const failed = {
      ...verification,
      status: 'failed',
      reasons: ['output "y" is missing'],
      fidelity: null,
      cosine: null,
    } as const;
    const page = renderHtml(sampleReport({ verification: failed }));
    expect(page).toContain('<li class="badge bad">✗ verification FAILED: do not use the result</li>');
    expect(page).toContain('output &quot;y&quot; is missing');
  });

  it('gives the command line that makes the result again', () => {
    const { recipe } = sampleReport();
    const report = sampleReport({ recipe: { ...recipe, dims: { 'my batch': 1 } } });
    expect(renderHtml(report)).toContain(
      '<code>npx onnx-compress models/model.onnx -o models/model.compressed.onnx --prune l1:0.4 --quant int8-per-channel --dim &quot;my batch=1&quot; --target node-x64-vnni --seed 0 --verify fast</code>',
    );
  });

  it('stays below a megabyte for 300 layers', () => {
    const page = renderHtml(largeReport(fullReport()));
    expect(Buffer.byteLength(page)).toBeLessThanOrEqual(1_000_000);
    expect(page).toContain('/backbone/stage4/block59/conv2/Conv');
  });
});
