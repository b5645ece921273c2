import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatStep } from '../src/registry/format-step.js';
import { resolveStep } from '../src/registry/resolve-step.js';
import { parseSpec } from '../src/spec/parse-spec.js';
import type { TechniqueFamily } from '../src/technique.js';
import { registry } from './sample-registry.js';
import { thrownBy } from './thrown.js';

const resolve = (family: TechniqueFamily, text: string) => resolveStep(registry, family, parseSpec(text));

describe('resolveStep', () => {
  it('turns texts into the values of the options and fills in defaults', () => {
    expect(resolve('prune', 'l1:0.4,round=8,keep-macs=0.5,global,skip=/b@/a/**')).toEqual({
      family: 'prune',
      technique: 'l1',
      options: { ratio: 0.4, round: 8, keepMacs: 0.5, global: true },
      include: ['/a/**'],
      skip: ['/b'],
    });
    expect(resolve('cleanup', 'tidy').options).toEqual({});
  });

  it.each<[string, object]>([
    ['mixed', { types: ['int8'], mode: 'weights' }],
    ['mixed:int4+fp16,max-bytes=1.5MiB', { types: ['int4', 'fp16'], maxBytes: 1_572_864, mode: 'weights' }],
    ['mixed,note=a=b+c,mode=static', { types: ['int8'], note: 'a=b+c', mode: 'static' }],
  ])('reads lists, sizes, texts and choices of %s', (text, options) => {
    expect(resolve('quant', text).options).toEqual(options);
  });

  it('tries the alternatives of an option in turn', () => {
    expect(resolve('prune', 'ln:0.5,p=3').options).toMatchObject({ p: 3 });
    expect(resolve('prune', 'ln:0.5,p=inf').options).toMatchObject({ p: 'inf' });
  });

  it.each<[TechniqueFamily, string, string]>([
    ['prune', 'l1:1.4', 'INVALID_OPTION prune "l1:1.4": ratio must be a number above 0 and below 1, not 1.4.'],
    ['prune', 'l1:forty', 'INVALID_OPTION prune "l1:forty": ratio must be a number above 0 and below 1, not forty.'],
    [
      'prune',
      'l1:0.4,round=1.5',
      'INVALID_OPTION prune "l1:0.4,round=1.5": round must be a whole number above 0, not 1.5.',
    ],
    [
      'prune',
      'l1:0.4,keep-macs=2',
      'INVALID_OPTION prune "l1:0.4,keep-macs=2": keep-macs must be a number above 0 and of at most 1, not 2.',
    ],
    ['prune', 'l1:0.4,global=yes', 'INVALID_OPTION prune "l1:0.4,global=yes": global must be true or false, not yes.'],
    ['prune', 'ln:0.4,p=-1', 'INVALID_OPTION prune "ln:0.4,p=-1": p must be a number above 0, or inf, not -1.'],
    [
      'prune',
      'l1:0.4,round',
      'INVALID_OPTION prune "l1:0.4,round": round needs a value: a whole number above 0. | Write round=value.',
    ],
    ['prune', 'l1', 'MISSING_OPTION prune "l1": l1 needs ratio: a number above 0 and below 1.'],
    [
      'prune',
      'l1:0.4,ratio=0.3',
      'OPTION_TWICE prune "l1:0.4,ratio=0.3": ratio is given twice. | The value after the colon is ratio; keep one of the two.',
    ],
    [
      'prune',
      'l1:0.4,keep-mcas=0.3',
      'UNKNOWN_OPTION prune "l1:0.4,keep-mcas=0.3": l1 has no option "keep-mcas". | ' +
        'Did you mean keep-macs? l1 takes ratio, round, keep-macs, global; every technique takes skip and include globs.',
    ],
    [
      'cleanup',
      'tidy,fast',
      'UNKNOWN_OPTION cleanup "tidy,fast": tidy has no option "fast". | ' +
        'tidy takes no options of its own; every technique takes skip and include globs.',
    ],
    [
      'cleanup',
      'tidy:1',
      'UNKNOWN_OPTION cleanup "tidy:1": tidy takes no bare value, but got "1". | Leave the value out.',
    ],
    [
      'quant',
      'mixed:int4+int9',
      'INVALID_OPTION quant "mixed:int4+int9": types must be a list joined with "+", each one of int4, int8, fp16, not int4+int9.',
    ],
    [
      'quant',
      'mixed,max-bytes=2M',
      'INVALID_OPTION quant "mixed,max-bytes=2M": max-bytes must be a size such as 2MB or 1.5MiB, not 2M.',
    ],
    ['quant', 'mixed,mode=x', 'INVALID_OPTION quant "mixed,mode=x": mode must be one of weights, static, not x.'],
    ['prune', 'ln:0.4,round=3', 'INVALID_OPTION prune "ln:0.4,round=3": round: must be even'],
    ['prune', 'ln', 'INVALID_OPTION prune "ln": give ratio or keep-macs'],
  ])('refuses %s %s in one line', (family, text, expected) => {
    expect(thrownBy(() => resolve(family, text))).toBe(expected);
  });
});

describe('formatStep', () => {
  it.each<[TechniqueFamily, string]>([
    ['prune', 'l1:0.4'],
    ['prune', 'l1:0.4,round=8,keep-macs=0.5,global,skip=/b@/a/**,/c'],
    ['prune', 'ln:0.5,p=inf'],
    ['quant', 'mixed'],
    ['quant', 'mixed:int4+fp16,max-bytes=2000000'],
    ['cleanup', 'tidy'],
  ])('writes %s %s as it was given', (family, text) => {
    expect(formatStep(registry, resolve(family, text))).toBe(text);
  });

  it('leaves out what is the default', () => {
    expect(formatStep(registry, resolve('quant', 'mixed:int8,mode=weights'))).toBe('mixed');
    expect(formatStep(registry, resolve('prune', 'l1:0.40,global=false'))).toBe('l1:0.4');
  });

  it('writes a spec that resolves to the same step', () => {
    const options = fc.record(
      {
        ratio: fc.double({ min: 0, max: 1, minExcluded: true, maxExcluded: true, noNaN: true }),
        round: fc.integer({ min: 1, max: 512 }),
        global: fc.boolean(),
      },
      { requiredKeys: ['ratio', 'global'] },
    );
    fc.assert(
      fc.property(options, (given) => {
        const step = { family: 'prune', technique: 'l1', options: given, include: [], skip: [] } as const;
        expect(resolve('prune', formatStep(registry, step))).toEqual(step);
      }),
    );
  });
});
