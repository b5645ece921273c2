import { describe, expect, it } from '@jest/globals';
import { renderMeasureHtml } from '../src/html/render-measure-html.js';
import type { MeasureReport } from '../src/measure/measure-report.js';
import { EXTERNAL, headingLevels, idsOf, referencesOf, withoutStyle } from './support/page.js';
import { sampleMeasure } from './support/sample-measure.js';

/** A model measured alone, without energy, memory and profile. */
function alone(): MeasureReport {
  const {
    before: _before,
    speedup: _speedup,
    interval: _interval,
    verdict: _verdict,
    selfCheck: _self,
    ...rest
  } = sampleMeasure();
  const { profile: _profile, ...after } = rest.after;
  const cases = rest.cases.slice(0, 1).map(({ label, inputs, disturbance, ...measured }) => {
    const figures = { ...measured.after, energy: null, memory: null };
    return { label, inputs, disturbance, after: figures, macs: { after: 1 } };
  });
  return { ...rest, after: { ...after, energy: null, memory: null }, cases, budgets: [], warnings: [] };
}

describe('the page about a measurement', () => {
  it('shows every section', () => {
    expect(withoutStyle(renderMeasureHtml(sampleMeasure()))).toMatchSnapshot();
  });

  it('shows a model alone, without what was not measured', () => {
    const page = renderMeasureHtml(alone());
    const sections = [...page.matchAll(/<section id="([^"]*)"/g)].map(([, id]) => id);
    expect(sections).toEqual(['summary', 'latencies', 'conditions']);
    expect(page).not.toMatch(/undefined|NaN/);
  });

  it('calls an estimate an estimate and hatches it', () => {
    const page = renderMeasureHtml(sampleMeasure());
    expect(page).toContain('Energy of one inference, estimated');
    expect(page).toContain('estimated from CPU time, 2');
    expect(page).toContain('url(#energy-bars-image-hatch)');
  });

  it('does not colour a change that the measurement does not decide', () => {
    const [first] = sampleMeasure().cases;
    const unsure = { ratio: 1.3, interval: [0.9, 1.6], verdict: 'inconclusive' } as const;
    const page = renderMeasureHtml(
      sampleMeasure({ cases: first === undefined ? [] : [{ ...first, latency: unsure }] }),
    );
    expect(page).toContain('<p class="change warn">-50.0 %, less: inconclusive: the measurement does not decide</p>');
  });

  it('says where the machine was busy', () => {
    expect(renderMeasureHtml(sampleMeasure())).toContain('the machine was busy: absolute times are too high');
    expect(renderMeasureHtml(alone())).not.toContain('the machine was busy');
  });

  it('loads nothing, and is in order', () => {
    const page = renderMeasureHtml(sampleMeasure());
    expect(page).not.toMatch(EXTERNAL);
    const levels = headingLevels(page);
    expect(levels.every((level, index) => level <= (levels[index - 1] ?? 0) + 1)).toBe(true);
    const ids = idsOf(page);
    expect(new Set(ids).size).toBe(ids.length);
    expect(referencesOf(page).filter((id) => !ids.includes(id))).toEqual([]);
  });
});
