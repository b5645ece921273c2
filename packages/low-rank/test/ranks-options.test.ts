import { describe, expect, it } from '@jest/globals';
import { createRegistry, defineTechnique, parseSpec, resolveStep } from '@onnx-compress/core';
import { convolutionOptions, lowRankOptions, ruleOf } from '../src/options.js';

const svd = defineTechnique({
  family: 'low-rank',
  name: 'svd',
  summary: 'factors',
  reference: 'none',
  positional: 'ratio',
  options: lowRankOptions,
  needsCalibration: false,
  create: () => ({ name: 'svd', exact: false, run: async () => ({ changed: [], skipped: [], metrics: {} }) }),
});
const registry = createRegistry([svd]);

describe('options of factorizations', () => {
  const resolve = (text: string) => resolveStep(registry, 'low-rank', parseSpec(text));

  it.each([
    ['svd', 'needs a ratio above 0 and below 1 (svd:0.5), or another rule for the ranks'],
    ['svd:0.5,energy=0.9', 'takes only one rule for the ranks'],
    ['svd:rank=64,keep-macs=0.5', 'takes only one rule for the ranks'],
    ['svd:rank=64,auto', 'takes only one rule for the ranks'],
    ['svd:rank=64,min-cosine=0.9', 'takes min-cosine only together with auto'],
    ['svd:energy=0', 'energy'],
    ['svd:energy=1.01', 'energy'],
    ['svd:energy=-0.5', 'energy'],
    ['svd:rank=0', 'rank'],
    ['svd:rank=2.5', 'rank'],
    ['svd:keep-macs=1', 'keep-macs'],
    ['svd:keep-params=0', 'keep-params'],
    ['svd:1', 'ratio'],
    ['svd:auto,min-cosine=1', 'min-cosine'],
    ['svd:0.5,round=0', 'round'],
    ['svd:0.5,metric=cosine', 'metric'],
  ])('of %s are refused in one line that names what is wrong', (text, problem) => {
    let thrown: unknown;
    try {
      resolve(text);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ exitCode: 2, message: expect.stringContaining(problem) });
    expect(thrown).toMatchObject({ message: expect.not.stringContaining('\n') });
  });

  it.each([
    ['svd:0.25', { kind: 'part', amount: 'parameters', part: 0.75 }],
    ['svd:keep-params=0.5', { kind: 'part', amount: 'parameters', part: 0.5 }],
    ['svd:keep-macs=0.5', { kind: 'part', amount: 'macs', part: 0.5 }],
    ['svd:energy=0.95', { kind: 'energy', energy: 0.95 }],
    ['svd:energy=1', { kind: 'energy', energy: 1 }],
    ['svd:rank=64', { kind: 'rank', rank: 64 }],
    ['svd:ratio=0.5,auto=false', { kind: 'part', amount: 'parameters', part: 0.5 }],
    ['svd,auto', { kind: 'auto', minCosine: 0.99 }],
    ['svd,auto,min-cosine=0.95', { kind: 'auto', minCosine: 0.95 }],
  ])('of %s set one rule', (text, rule) => {
    expect(ruleOf(lowRankOptions.parse(resolve(text).options))).toEqual(rule);
  });

  it('have defaults for all but the rule, and survive being checked again', () => {
    const options = lowRankOptions.parse({ rank: 8 });
    expect(options).toEqual({
      rank: 8,
      auto: false,
      metric: 'auto',
      recover: 'auto',
      round: 'auto',
      embeddings: false,
    });
    expect(lowRankOptions.parse(JSON.parse(JSON.stringify(options)))).toEqual(options);
  });

  it('of convolutions know no tables', () => {
    expect(convolutionOptions.safeParse({ rank: 8, embeddings: true }).success).toBe(false);
    expect(convolutionOptions.safeParse({ rank: 8 }).success).toBe(true);
  });
});
