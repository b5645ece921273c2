import { describe, expect, it } from '@jest/globals';
import type { LatencyRecord, StepRecord } from '../src/report/report.js';
import { type WorthFacts, worthOf } from '../src/report/worth.js';
import { SAMPLE_LATENCY } from './support/sample-report.js';

const layer = (node: string, form: string, bytesBefore: number, bytesAfter: number) => ({
  ...{ node, form, bytesBefore, bytesAfter },
});

const step = (changed: StepRecord['changed']): StepRecord => ({
  ...{ family: 'quant', name: 'quant int8-per-channel', spec: 'int8-per-channel' },
  ...{ bytesBefore: 1, bytesAfter: 1, parametersBefore: 1, parametersAfter: 1, macsBefore: 1, macsAfter: 1 },
  ...{ durationMs: 1, changed, skipped: [], metrics: {} },
});

const timed = (verdict: LatencyRecord['verdict']): LatencyRecord => ({ ...SAMPLE_LATENCY, verdict });

const facts = (changed: StepRecord['changed'], parts: Partial<WorthFacts> = {}): WorthFacts => ({
  ...{ steps: [step(changed)], before: { fileBytes: 1000 }, after: { fileBytes: 300 } },
  ...{ latency: timed('worse'), untimed: undefined, calibrated: false },
  ...parts,
});

const causes = (changed: StepRecord['changed'], parts?: Partial<WorthFacts>) =>
  worthOf(facts(changed, parts))?.causes.map(({ cause, alternative }) => `${cause} | ${alternative}`) ?? [];

describe('why a quantized result is slower', () => {
  it('names the smallest of the layers that find their ranges at run time', () => {
    const layers = [4000, 1000, 3000, 2000].map((bytes) => layer(`fc${bytes}`, 'dynamic', bytes, bytes / 4));
    expect(causes(layers)).toEqual([
      expect.stringMatching(/^4 layers \(fc1000, fc2000, fc3000 and 1 more\) find .+ \| give samples with --calib/),
    ]);
    expect(causes(layers, { calibrated: true })[0]).toMatch(/\| activations=static, or activations=none/);
  });

  it('tells borders of integer layers and float kernels apart', () => {
    expect(causes([layer('conv', 'static', 100, 30), layer('stem', 'weight-only', 9, 5)])).toEqual([
      expect.stringMatching(/^1 layer \(conv\) compute on integers, and converting at their borders/),
    ]);
    expect(causes([layer('conv', 'weight-only', 100, 30)])).toEqual([
      expect.stringMatching(/^1 layer compute in float: int8 weights save bytes, not time/),
    ]);
  });

  it('says nothing of results that are faster, as fast, or undecided', () => {
    const verdicts = (['better', 'equivalent', 'inconclusive'] as const).map((verdict) =>
      worthOf(facts([layer('fc', 'dynamic', 100, 30)], { latency: timed(verdict) })),
    );
    expect(verdicts.map((record) => [record?.speed, record?.causes])).toEqual([
      ['faster', []],
      ['same', []],
      ['undecided', []],
    ]);
  });
});

describe('why a quantized result is larger', () => {
  const larger = { after: { fileBytes: 1100 }, latency: timed('better') };

  it('is told by what weights save and what stands around them', () => {
    expect(causes([layer('fc', 'dynamic', 900, 300)], larger)[0]).toMatch(/^int8 saves 600 B of weights, but/);
    expect(causes([layer('fc', 'dynamic', 100, 300)], larger)[0]).toMatch(/^scales and added nodes of 1 layer \(fc\)/);
  });

  it('is no matter where no step quantized anything', () => {
    expect(worthOf(facts([], larger))).toBeUndefined();
  });
});
