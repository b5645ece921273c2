import { describe, expect, it } from '@jest/globals';
import { renderMeasureHtml } from '../src/html/render-measure-html.js';
import { EXTERNAL, headingLevels, idsOf, referencesOf, withoutStyle } from './support/page.js';
import { sampleAlone, sampleMeasurement } from './support/sample-measurement.js';

describe('the page about a measurement', () => {
  it('shows every section', () => {
    expect(withoutStyle(renderMeasureHtml(sampleMeasurement()))).toMatchSnapshot();
  });

  it('shows a model alone, without what was not measured', () => {
    const page = renderMeasureHtml(sampleAlone());
    const sections = [...page.matchAll(/<section id="([^"]*)"/g)].map(([, id]) => id);
    expect(sections).toEqual(['summary', 'latencies', 'energy', 'runs', 'conditions']);
    expect(page).not.toMatch(/undefined|NaN/);
  });

  it('calls an estimate an estimate and hatches it', () => {
    const page = renderMeasureHtml(sampleMeasurement());
    expect(page).toContain('Energy of one inference, estimated');
    expect(page).toMatch(/Energy, estimated<\/h3>.*11\.3\s*mJ to 161\s*mJ/);
    expect(page).not.toContain('Energy of an inference</h3>');
    expect(page).toContain('url(#energy-bars-image-hatch)');
  });

  it('does not colour a change that the measurement does not decide', () => {
    const [first] = sampleMeasurement().cases;
    const unsure = { ratio: 1.3, interval: [0.9, 1.6], verdict: 'inconclusive' } as const;
    const page = renderMeasureHtml(
      sampleMeasurement({ cases: first === undefined ? [] : [{ ...first, latency: unsure }] }),
    );
    expect(page).toContain('<p class="change warn">-33.8 %, less: inconclusive: the measurement does not decide</p>');
  });

  it('says where the machine was busy', () => {
    const disturbed = { steal: null, wait: 0.2, disturbed: true };
    const busy = sampleMeasurement().cases.map((measured) => ({ ...measured, disturbance: disturbed }));
    const page = renderMeasureHtml(sampleMeasurement({ cases: busy }));
    expect(page).toContain('the machine was busy: absolute times are too high');
    expect(renderMeasureHtml(sampleMeasurement())).not.toContain('the machine was busy');
  });

  it('shows every run, so that a disturbed one stands out, and how the latencies are spread', () => {
    const page = renderMeasureHtml(sampleMeasurement());
    expect(page).toContain('Ratio of each run at 1x1x28x28');
    expect(page).toContain('Latencies at 8x1x28x28');
    expect(renderMeasureHtml(sampleAlone())).toContain('Time of each run at 1x1x28x28');
  });

  it('loads nothing, and is in order', () => {
    const page = renderMeasureHtml(sampleMeasurement());
    expect(page).not.toMatch(EXTERNAL);
    const levels = headingLevels(page);
    expect(levels.every((level, index) => level <= (levels[index - 1] ?? 0) + 1)).toBe(true);
    const ids = idsOf(page);
    expect(new Set(ids).size).toBe(ids.length);
    expect(referencesOf(page).filter((id) => !ids.includes(id))).toEqual([]);
  });
});
