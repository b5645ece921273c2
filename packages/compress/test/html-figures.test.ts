import { describe, expect, it } from '@jest/globals';
import type { BarFigure, Figure } from '@onnx-compress/core';
import { drawFigure } from '../src/html/charts/draw-figure.js';
import { downloadOf } from './support/page.js';
import { SAMPLE_FIGURES } from './support/sample-figures.js';

const draw = (figure: Figure) => drawFigure(figure, 'figure').text;

const count = (text: string, part: string) => text.split(part).length - 1;

/** Bars of these values, one series. */
function bars(values: readonly (number | null)[], parts: Partial<BarFigure> = {}): BarFigure {
  const rows = values.map((value, index) => ({ label: `row ${index}`, values: [value] }));
  return { kind: 'bars', title: 'Bars', caption: 'All.', unit: 'bytes', series: ['bytes'], rows, ...parts };
}

describe.each(SAMPLE_FIGURES)('a figure of kind $kind', (figure) => {
  it('is drawn', () => {
    expect(draw(figure)).toMatchSnapshot();
  });

  it('has an image with title and description, unless it is a table', () => {
    const page = draw(figure);
    expect(page.includes('<svg role="img"')).toBe(figure.kind !== 'table');
    expect(count(page, '<svg role="img"')).toBe(count(page, '</title><desc'));
  });

  it('has its data as a table and as a download', () => {
    const page = draw(figure);
    expect(page).toContain(`<caption><span class="unseen">${figure.title}</span></caption>`);
    expect(page).toContain('download="figure.csv"');
    expect(downloadOf(page).split('\n').length).toBeGreaterThan(2);
  });
});

describe('figures', () => {
  it('draw without data, and with values that no axis can show', () => {
    const empty: readonly Figure[] = SAMPLE_FIGURES.map((figure) => {
      if (figure.kind === 'lines') return { ...figure, series: [] };
      return figure.kind === 'scatter' ? { ...figure, points: [] } : { ...figure, rows: [] };
    });
    const odd = bars([Number.NaN, Number.POSITIVE_INFINITY, 0, null, 3]);
    for (const figure of [...empty, odd]) {
      expect(draw(figure).split('<details>')[0]).not.toMatch(/NaN|Infinity|undefined/);
    }
  });

  it('draw one value that does not vary', () => {
    const same = SAMPLE_FIGURES.map((figure) =>
      figure.kind === 'lines' ? { ...figure, series: [{ label: 'a', points: [[5, 5]] as const }], marks: [] } : figure,
    );
    expect(same.map(draw).join('')).not.toMatch(/NaN|Infinity/);
  });

  it('leave values out that a logarithmic axis cannot show, and keep them in the data', () => {
    const page = draw(SAMPLE_FIGURES.find(({ kind }) => kind === 'lines') ?? bars([]));
    expect(count(page, '<circle class="dot')).toBe(3);
    expect(downloadOf(page)).toContain('/fc1,3,0\n');
  });
});

describe('bars', () => {
  it('are hatched and named as estimates where they are', () => {
    const page = draw(bars([1, 2], { estimated: true }));
    expect(page).toContain('bytes (estimated)');
    expect(count(page, 'fill="url(#figure-image-hatch)"')).toBe(2);
    expect(draw(bars([1, 2]))).not.toContain('url(');
  });

  it('show the longest rows and tell the sum of all others, and have all in the data', () => {
    const page = draw(bars(Array.from({ length: 40 }, (_, index) => index + 1)));
    expect(count(page, '<g>')).toBe(15);
    expect(page).toContain('class="s1" y="550" width="100%"');
    expect(page).toContain('other (25 rows together)');
    expect(page).toContain('325\u{a0}B');
    expect(downloadOf(page).split('\n')).toHaveLength(42);
  });

  it('do not add up what cannot be added', () => {
    const page = draw(
      bars(
        Array.from({ length: 40 }, () => 0.5),
        { unit: 'part' },
      ),
    );
    expect(page).not.toContain('together');
  });

  it('shorten long names in the middle and keep them whole in title and table', () => {
    const label = `/backbone/${'very/'.repeat(20)}Conv`;
    const page = draw(bars([], { rows: [{ label, values: [1] }] }));
    expect(page).toContain(`<title>${label}</title>/back`);
    expect(page).toContain(`<th scope="row">${label}</th>`);
  });
});

describe('the download', () => {
  it('quotes, and disarms what a spreadsheet would run', () => {
    const label = '=1+1,"a"\nb #%é';
    const page = draw(bars([], { rows: [{ label, values: [-1] }] }));
    expect(downloadOf(page)).toBe(`name,bytes\n"'=1+1,""a""\nb #%é",-1\n`);
  });
});
