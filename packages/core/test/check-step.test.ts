import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { checkStep, stepSchema } from '../src/registry/check-step.js';
import { createTransform } from '../src/registry/step.js';
import { registry } from './sample-registry.js';
import { thrownBy } from './thrown.js';

const check = (value: unknown) => checkStep(registry, value, 'steps[1]');

describe('checkStep', () => {
  it('fills in what a step leaves out', () => {
    expect(check({ family: 'prune', technique: 'l1', options: { ratio: 0.4, round: undefined } })).toEqual({
      family: 'prune',
      technique: 'l1',
      options: { ratio: 0.4, global: false },
      include: [],
      skip: [],
    });
  });

  it('leaves a complete step as it is', () => {
    const step = check({ family: 'quant', technique: 'mixed', include: ['/a/**'] });
    expect(check(step)).toEqual(step);
  });

  it.each<[string, unknown, string]>([
    [
      'another option',
      { family: 'prune', technique: 'l1', options: { ratio: 0.4, keepMcas: 1 } },
      'UNKNOWN_OPTION steps[1]: l1 has no option "keepMcas". | ' +
        'Did you mean keepMacs? l1 takes ratio, round, keepMacs, global; every technique takes skip and include globs.',
    ],
    [
      'a text for a number',
      { family: 'prune', technique: 'l1', options: { ratio: '0.4' } },
      'INVALID_OPTION steps[1]: ratio must be a number above 0 and below 1, not "0.4".',
    ],
    [
      'another family',
      { family: 'pruning', technique: 'l1' },
      'RECIPE_STEP steps[1].family is not valid: Invalid option: expected one of "prune"|"quant"|"low-rank"|"cleanup". | ' +
        'A step is { "family", "technique", "options"?, "include"?, "skip"? }.',
    ],
    [
      'a text',
      'l1:0.4',
      'RECIPE_STEP steps[1] is not valid: Invalid input: expected object, received string. | ' +
        'A step is { "family", "technique", "options"?, "include"?, "skip"? }.',
    ],
  ])('refuses %s', (_, value, expected) => {
    expect(thrownBy(() => check(value))).toBe(expected);
  });
});

describe('stepSchema', () => {
  const schema = z.fromJSONSchema(stepSchema(registry));

  it.each<[boolean, object]>([
    [true, { family: 'prune', technique: 'l1', options: { ratio: 0.4 } }],
    [true, { family: 'quant', technique: 'mixed', skip: ['/a/**'] }],
    [false, { family: 'prune', technique: 'l1' }],
    [false, { family: 'prune', technique: 'l1', options: { ratio: 1.4 } }],
    [false, { family: 'prune', technique: 'l1', options: { ratio: 0.4, rond: 8 } }],
    [false, { family: 'quant', technique: 'l1', options: { ratio: 0.4 } }],
    [false, { family: 'quant', technique: 'mixed', only: [] }],
  ])('says %s of %j, as checkStep does', (valid, step) => {
    expect(schema.safeParse(step).success).toBe(valid);
    expect(thrownBy(() => check(step)) === 'nothing').toBe(valid);
  });

  it('is plain JSON', () => {
    expect(JSON.parse(JSON.stringify(stepSchema(registry)))).toEqual(stepSchema(registry));
  });
});

describe('createTransform', () => {
  it('hands the technique its typed options and the nodes', () => {
    const step = check({ family: 'prune', technique: 'l1', options: { ratio: 0.4 }, skip: ['/a'] });
    expect(createTransform(registry, step)).toMatchObject({ name: 'prune l1', exact: false });
  });

  it('checks options that did not come through checkStep', () => {
    const step = { family: 'prune', technique: 'l1', options: { ratio: 2 }, include: [], skip: [] } as const;
    expect(thrownBy(() => createTransform(registry, step))).toBe(
      'INVALID_OPTION prune l1: ratio must be a number above 0 and below 1, not 2.',
    );
  });
});
