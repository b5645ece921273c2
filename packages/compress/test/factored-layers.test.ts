import { describe, expect, it } from '@jest/globals';
import type { Figure } from '@onnx-compress/core';
import { renderHtml } from '../src/html/render-html.js';
import { renderMarkdown } from '../src/render/markdown.js';
import { renderTable } from '../src/render/table.js';
import { factoredLayers } from '../src/report/factored-layers.js';
import type { StepRecord } from '../src/report/report.js';
import { EXTERNAL, idsOf, referencesOf, withoutStyle } from './support/page.js';
import { sampleReport } from './support/sample-report.js';

const PRODUCT = {
  node: '/fc1/Gemm',
  operator: 'Gemm',
  tensor: 'fc1.weight',
  rank: 256,
  breakEven: 614,
  energyKept: 0.9561,
  errorBefore: 0.051,
  errorAfter: 0.042,
  parametersBefore: 2_359_296,
  parametersAfter: 983_040,
  macsBefore: 2_359_296,
  macsAfter: 983_040,
};
const CONVOLUTION = {
  ...PRODUCT,
  node: '/conv<2>/Conv',
  operator: 'Conv',
  tensor: 'conv2.weight',
  rank: [16, 32],
  breakEven: null,
  energyKept: 0.99999,
  errorBefore: 0.12,
  errorAfter: 0.11,
};
const WITHOUT_SAMPLES = { node: 'table', operator: 'Gather', tensor: 't', rank: 48, breakEven: 60, energyKept: 0.9 };

const TIMED = { ...PRODUCT, timeBeforeMs: 1.2, timeAfterMs: 0.512 };

const SPECTRUM: Figure = {
  kind: 'lines',
  title: 'Singular values of /fc1/Gemm',
  caption: 'Rank 256 keeps 95.6 % of the energy.',
  x: { label: 'rank', unit: 'count' },
  y: { label: 'singular value', unit: 'plain', scale: 'logarithmic' },
  series: [{ label: '/fc1/Gemm', points: Array.from({ length: 768 }, (_, index) => [index + 1, 9 / (index + 1)]) }],
  marks: [
    { label: 'rank 256', x: 256 },
    { label: 'break-even 614', x: 614 },
  ],
};

function factorization(parts: Partial<StepRecord> = {}): StepRecord {
  return {
    family: 'low-rank',
    name: 'low-rank svd',
    spec: 'svd:energy=0.95',
    bytesBefore: 46_100_000,
    bytesAfter: 31_000_000,
    parametersBefore: 11_500_000,
    parametersAfter: 7_700_000,
    macsBefore: 1_200_000_000,
    macsAfter: 800_000_000,
    durationMs: 900,
    changed: [PRODUCT, CONVOLUTION],
    skipped: [{ node: 'head', reason: 'no rank below 16 is at least 10 % cheaper' }],
    metrics: {},
    repairs: [{ node: '/fc1/Gemm', method: 'least-squares', errorBefore: 0.051, errorAfter: 0.042 }],
    figures: [SPECTRUM],
    ...parts,
  };
}

/** The sample report with this step between pruning and quantization. */
function reportWith(step: StepRecord) {
  const { steps } = sampleReport();
  return sampleReport({ steps: [...steps.slice(0, 2), step, ...steps.slice(2)] });
}

const tableRow = (step: StepRecord) =>
  renderTable(reportWith(step))
    .split('\n')
    .find((line) => line.startsWith('  low-rank '));

describe('factored layers', () => {
  it('come with the worst first, by the best figure that is known of each', () => {
    const layers = factoredLayers([PRODUCT, WITHOUT_SAMPLES, CONVOLUTION]);
    expect(layers.map(({ node }) => node)).toEqual(['/conv<2>/Conv', 'table', '/fc1/Gemm']);
    expect(layers[0]).toMatchObject({ ranks: [16, 32], breakEven: null, errorAfter: 0.11 });
    expect(layers[1]).toMatchObject({ ranks: [48], errorBefore: null, errorAfter: null, macsBefore: null });
  });

  it('are those changes that name a rank', () => {
    expect(factoredLayers([{ node: 'conv1' }, { node: 'conv2', rank: 'full' }])).toEqual([]);
  });
});

describe('the text about a step of factorization', () => {
  it('has the size, the layers and the ranks in one line, and the repairs below', () => {
    expect(tableRow(factorization())).toMatch(
      /^ {2}low-rank svd:energy=0\.95 +46\.1 -> 31\.0 MB +2 of 3 layers, ranks 16 to 256$/,
    );
    expect(renderTable(reportWith(factorization()))).toContain('repaired least squares');
  });

  it('names one rank once, and says where no layer was factored', () => {
    expect(tableRow(factorization({ changed: [PRODUCT] }))).toMatch(/1 of 2 layers, rank 256$/);
    expect(tableRow(factorization({ changed: [] }))).toMatch(/none of 1 layer$/);
  });

  it('adds up the times of the layers where they were measured', () => {
    const text = tableRow(factorization({ changed: [TIMED, { ...TIMED, node: 'fc2' }, CONVOLUTION] }));
    expect(text).toMatch(/ranks 16 to 256, 2\.40 -> 1\.02 ms$/);
  });

  it('tells what was reached of a budget', () => {
    const metrics = { requestedKeepMacs: 0.5, achievedKeepMacs: 0.494 };
    expect(tableRow(factorization({ metrics }))).toMatch(/ranks 16 to 256, 49\.4 % of the MACs \(asked 50\.0 %\)$/);
  });

  it('tells with --verbose why layers stayed as they are', () => {
    const text = renderTable(reportWith(factorization()), { verbose: true });
    expect(text).toContain('low-rank svd:energy=0.95 skipped head: no rank below 16');
  });
});

describe('the Markdown report', () => {
  it('has a folded table of the layers that lose most', () => {
    const text = renderMarkdown(reportWith(factorization({ changed: [PRODUCT, CONVOLUTION, WITHOUT_SAMPLES] })));
    expect(text).toContain('<summary>Layers of low-rank svd:energy=0.95: 3 layers</summary>');
    expect(text).toContain('| `/fc1/Gemm` | `Gemm` | 256 | 614 | 95.6 % | 0.051 -> 0.042 | 2.4 M -> 983 040 |');
    expect(text).toContain('| 16 in, 32 out |  | 99.999 % | 0.12 -> 0.11 |');
    expect(text).toContain('| `table` | `Gather` | 48 | 60 | 90.0 % |  |  |');
  });

  it('has the times of the layers where they were measured', () => {
    const text = renderMarkdown(reportWith(factorization({ changed: [TIMED, CONVOLUTION] })));
    expect(text).toContain('| MACs | time |');
    expect(text).toContain('| 2.4 M -> 983 040 | 1.20 -> 0.512 ms |');
    expect(renderMarkdown(reportWith(factorization()))).not.toContain('| time |');
  });

  it('has no such table where no layer was factored', () => {
    expect(renderMarkdown(reportWith(factorization({ changed: [] })))).not.toContain('Layers of low-rank');
  });
});

describe('the page', () => {
  it('has a section of factored layers, and the spectra in the step', () => {
    const page = withoutStyle(renderHtml(reportWith(factorization())));
    expect(page).toContain('<section id="factored-layers"');
    expect(page).toContain('2 of 3 layers, ranks 16 to 256');
    expect(page).toContain('/conv&lt;2&gt;/Conv');
    expect(page).toContain('16 in, 32 out');
    expect(page).toContain('singular value (logarithmic)');
    expect(page).toContain('>break-even 614</text>');
    expect(page).not.toMatch(EXTERNAL);
    const ids = idsOf(page);
    expect(new Set(ids).size).toBe(ids.length);
    expect(referencesOf(page).filter((id) => !ids.includes(id))).toEqual([]);
  });

  it('has the times of the layers where they were measured', () => {
    const page = renderHtml(reportWith(factorization({ changed: [TIMED, CONVOLUTION] })));
    expect(page).toContain('time after');
    expect(page).toContain('0.512 ms');
    expect(renderHtml(reportWith(factorization()))).not.toContain('time after');
  });

  it('folds all but the ten worst away', () => {
    const changed = Array.from({ length: 12 }, (_, index) => ({ ...PRODUCT, node: `fc${index}` }));
    expect(renderHtml(reportWith(factorization({ changed })))).toContain('2 more');
    expect(renderHtml(reportWith(factorization({ changed: [] })))).not.toContain('id="factored-layers"');
  });
});
