import { describe, expect, it } from '@jest/globals';
import { renderMeasurement } from '../src/measure/render/render-measurement.js';
import { renderTable } from '../src/render/table.js';
import { sampleAlone, sampleMeasurement } from './support/sample-measurement.js';
import { SAMPLE_LATENCY, sampleReport } from './support/sample-report.js';

const marks = { red: (text: string) => `<red>${text}</red>`, green: (text: string) => `<green>${text}</green>` };

describe('the text of a measurement', () => {
  it('has a block for each input size, a bar for each node, the verdict and the limits', () => {
    expect(renderMeasurement(sampleMeasurement())).toMatchSnapshot();
  });

  it('shows one column and no verdict for a model by itself', () => {
    const text = renderMeasurement(sampleAlone());
    expect(text).toMatchSnapshot();
    expect(text).not.toMatch(/verdict|before|change/);
  });

  it('marks growth and what got worse red, what got better green, and nothing else', () => {
    const text = renderMeasurement(sampleMeasurement(), marks);
    expect(text).toContain('<green>better</green>');
    expect(text).toContain('<red>+9.9 %</red>');
    expect(text).toContain('<red>worse</red>');
    expect(text).toMatch(/<red>budget min-speedup .*MISSED<\/red>/);
    expect(text.replace(/<\/?(red|green)>/g, '')).toBe(renderMeasurement(sampleMeasurement()));
  });

  it('says first of all that the machine was shared', () => {
    const cases = sampleMeasurement().cases.map((measured) => ({
      ...measured,
      disturbance: { steal: 0.05, wait: 0.3, disturbed: true },
    }));
    const [line] = renderMeasurement(sampleMeasurement({ cases })).split('\n');
    expect(line).toBe('shared machine: absolute times are upper bounds');
  });

  it('keeps estimates out of the table, and measured energy in it', () => {
    const estimated = renderMeasurement(sampleAlone());
    expect(estimated).toContain('  estimate, not measured: energy 11-160 mJ an inference, from CPU time\n');
    expect(estimated).not.toMatch(/^ {2}energy/m);
    const { cases } = sampleAlone();
    const energy = {
      source: 'rapl',
      kind: 'measured',
      scope: 'package',
      joules: 0.02,
      low: 0.019,
      high: 0.021,
      carbon: { grams: 0.25, low: 0.23, high: 0.26, grid: 'FRA, 44.18 g/kWh' },
    } as const;
    const measured = cases.map((one) => ({ ...one, after: { ...one.after, energy } }));
    const text = renderMeasurement({ ...sampleAlone(), cases: measured });
    expect(text).toMatch(/^ {2}energy +20\.0 mJ$/m);
    expect(text).toContain('estimate, not measured: 0.23-0.26 g CO2e for a million inferences (grid FRA, 44.18 g/kWh)');
  });

  it('draws bars in eighths of a character on a terminal', () => {
    expect(renderMeasurement(sampleMeasurement(), { bars: 'unicode' })).toMatch(/conv1 \(Conv\) .* 1\.50 ms {2}█{6}\n/);
  });
});

describe('the table of a result that was measured', () => {
  it('has a line for it', () => {
    expect(renderTable(sampleReport({ latency: SAMPLE_LATENCY }))).toContain(
      '\n  latency                  12.1 -> 8.04 ms   1.51x [1.48, 1.53] better\n',
    );
  });

  it('marks a result that got slower', () => {
    const slower = { ...SAMPLE_LATENCY, speedup: 0.9, verdict: 'worse' } as const;
    expect(renderTable(sampleReport({ latency: slower }), marks)).toMatch(/<red> {2}latency .* worse<\/red>/);
  });
});
