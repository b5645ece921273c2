import { describe, expect, it } from '@jest/globals';
import type { LayerRepair } from '@onnx-compress/core';
import { renderHtml } from '../src/html/render-html.js';
import { renderMarkdown } from '../src/render/markdown.js';
import { renderTable } from '../src/render/table.js';
import { repairSummary } from '../src/report/repair-summary.js';
import type { Report } from '../src/report/report.js';
import { idsOf, referencesOf } from './support/page.js';
import { sampleReport } from './support/sample-report.js';

const REPAIRS: readonly LayerRepair[] = [
  { node: 'conv2', method: 'least-squares', errorBefore: 0.42, errorAfter: 0.031 },
  { node: 'conv3', method: 'least-squares', errorBefore: 0.31, errorAfter: 0.0451 },
  { node: 'conv4', method: 'mean', errorBefore: 0.0123, errorAfter: 0.0000123 },
  { node: 'conv5', method: 'least-squares', errorBefore: 0.2, errorAfter: 0.21, reason: 'it would be worse' },
  { node: 'a|<b>', reason: 'its weight is not constant' },
];

/** The sample report with these repairs in its pruning step. */
function reportWith(repairs: readonly LayerRepair[]): Report {
  const { steps } = sampleReport();
  return sampleReport({ steps: steps.map((step) => (step.family === 'prune' ? { ...step, repairs } : step)) });
}

describe('the summary of repairs', () => {
  it('counts what is in the model, and takes medians of that alone', () => {
    expect(repairSummary({ repairs: REPAIRS })).toEqual({
      methods: ['least-squares', 'mean'],
      repaired: 3,
      layers: 5,
      error: { before: 0.31, after: 0.031 },
    });
  });

  it('takes the middle of an even number of errors', () => {
    expect(repairSummary({ repairs: REPAIRS.slice(0, 2) })?.error).toEqual({ before: 0.365, after: 0.03805 });
  });

  it('has no error where none was measured, and nothing for a step without repairs', () => {
    expect(repairSummary({ repairs: [{ node: 'conv', method: 'mean' }] })?.error).toBeUndefined();
    expect(repairSummary({})).toBeUndefined();
    expect(repairSummary({ repairs: [] })).toBeUndefined();
  });
});

describe('the table', () => {
  it('has a line of repairs under its step', () => {
    const lines = renderTable(reportWith(REPAIRS)).split('\n');
    const prune = lines.findIndex((line) => line.startsWith('  prune l1:0.4'));
    expect(lines[prune + 1]).toMatch(
      /^ {4}repaired least squares, mean {3}3 of 5 layers, error 0\.31 -> 0\.031 \(median\)$/,
    );
    expect(lines.join('\n')).not.toContain('conv2');
  });

  it('tells what became of every layer where much is asked for', () => {
    const text = renderTable(reportWith(REPAIRS), { verbose: true });
    expect(text).toContain('  prune l1:0.4: conv3 repaired by least squares, error 0.31 -> 0.045\n');
    expect(text).toContain('  prune l1:0.4: conv4 repaired by mean, error 0.012 -> 0.000012\n');
    expect(text).toContain(
      '  prune l1:0.4: conv5 not repaired: it would be worse (least squares, error 0.2 -> 0.21)\n',
    );
    expect(text).toContain('  prune l1:0.4: a|<b> not repaired: its weight is not constant\n');
  });

  it('says so where nothing was repaired', () => {
    expect(renderTable(reportWith(REPAIRS.slice(3)))).toMatch(/\n {4}repaired +none of 2 layers\n/);
  });

  it('is as ever for a run without repairs', () => {
    expect(renderTable(reportWith([]))).toBe(renderTable(sampleReport()));
  });
});

describe('the report as Markdown', () => {
  it('sums the repairs up and folds their table', () => {
    const text = renderMarkdown(reportWith(REPAIRS));
    expect(text).toContain('repaired least squares, mean: 3 of 5 layers, error 0.31 -> 0.031 (median)');
    expect(text).toContain('<details><summary>Repairs of prune l1:0.4</summary>');
    expect(text).toContain('| `conv5` | least squares | 0.2 | 0.21 | it would be worse |');
    expect(text).toContain('| a&#124;&#60;b&#62; |  |  |  | its weight is not constant |');
    expect(renderMarkdown(sampleReport())).not.toContain('epair');
  });
});

describe('the page', () => {
  it('draws the errors and lists the layers', () => {
    const page = renderHtml(reportWith(REPAIRS));
    expect(page).toContain('Error of the repaired layers');
    expect(page).toContain('error (logarithmic)');
    expect(page).toContain('repaired least squares, mean: 3 of 5 layers, error 0.31 → 0.031 (median)');
    expect(page).toContain('a|&lt;b&gt;');
    const ids = idsOf(page);
    expect(new Set(ids).size).toBe(ids.length);
    expect(referencesOf(page).filter((id) => !ids.includes(id))).toEqual([]);
  });

  it('lists layers without a picture where nothing was measured', () => {
    const page = renderHtml(reportWith([{ node: 'conv', method: 'mean' }]));
    expect(page).toContain('repaired mean: 1 of 1 layer<');
    expect(page).not.toContain('Error of the repaired layers');
    expect(renderHtml(sampleReport())).not.toContain('epair');
  });
});
