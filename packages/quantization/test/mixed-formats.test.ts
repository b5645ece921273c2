import { describe, expect, it } from '@jest/globals';
import { checkStep, createRegistry, matchNodes, parseSpec, resolveStep } from '@onnx-compress/core';
import { quantizationTechniques } from '../src/index.js';
import { exactSelection } from '../src/mixed/exact-selection.js';
import { formatsOf } from '../src/mixed/format.js';
import { mixedOptions } from '../src/mixed/options.js';

const registry = createRegistry(quantizationTechniques);
const optionsOf = (spec: string) => resolveStep(registry, 'quant', parseSpec(spec)).options;

describe('the formats of mixed precision', () => {
  it('are techniques with their options, or float32; each counts once', () => {
    const formats = formatsOf(['int8', 'fp16', 'fp16:float16', 'float32', 'int8'], 'bops', quantizationTechniques);
    expect(formats.map(({ name }) => name)).toEqual(['int8', 'fp16', 'fp16:float16', 'float32']);
    const names = formats.map(({ transform }) => transform?.({ include: [], skip: [] }, false).name);
    expect(names).toEqual(['quant int8-per-channel', 'quant fp16', 'quant fp16', undefined]);
  });

  it.each([
    ['bytes', 'quant int8-weight-only'],
    ['snr', 'quant int8-weight-only'],
    ['bops', 'quant int8-per-channel'],
    ['latency', 'quant int8-per-channel'],
  ] as const)('mean by int8 what a limit of %s is about', (limit, technique) => {
    const [int8] = formatsOf(['int8'], limit, quantizationTechniques);
    expect(int8?.transform?.({ include: [], skip: [] }, false).name).toBe(technique);
  });

  it('take other values under their short names, and options in braces', () => {
    const names = optionsOf('mixed:int4:16+{int4-block:64,symmetric}+int8,max-bytes=2MB').formats;
    expect(names).toEqual(['int4:16', '{int4-block:64,symmetric}', 'int8']);
    expect(
      formatsOf(['int4:16', '{int4-block:64,symmetric}', '{int8,activations=static}'], 'bops', quantizationTechniques),
    ).toHaveLength(3);
    expect(() => formatsOf(['{int4:64,symmetrical}', 'int8'], 'bops', quantizationTechniques)).toThrow(/symmetrical/);
    expect(() => formatsOf(['int4:33', 'int8'], 'bops', quantizationTechniques)).toThrow(/block-size/);
  });

  it('are refused by name where there is no such technique or value', () => {
    expect(() => formatsOf(['fp61', 'int8'], 'bops', quantizationTechniques)).toThrow(/fp61/);
    expect(() => formatsOf(['fp16:float12', 'int8'], 'bops', quantizationTechniques)).toThrow(/compute/);
  });
});

describe('a selection of labels', () => {
  it.each(['/a/[0]/Conv', 'x*', 'Conv(1)', '!b', 'a,b', '{a,b}', 'back\\slash', 'q?', '+(a)', 'Conv#3', ' spaced'])(
    'takes %s and nothing else',
    (label) => {
      const isTaken = matchNodes(exactSelection([label]));
      const others = ['/a/0/Conv', 'xy', 'Conv1', 'b', 'a', 'backslash', 'qq', 'aa', 'Conv#33'];
      expect(isTaken(label)).toBe(true);
      expect(others.filter((other) => isTaken(other))).toEqual([]);
    },
  );
});

describe('the options of mixed precision', () => {
  it('take formats as bare value and a limit in any unit', () => {
    expect(optionsOf('mixed:int8+fp16,max-bytes=2MB')).toMatchObject({ formats: ['int8', 'fp16'], maxBytes: 2e6 });
    expect(optionsOf('mixed:int8+fp16,max-bops=2e9')).toMatchObject({ maxBops: 2e9, sensitivity: 'auto' });
  });

  it.each(['mixed:int8+fp16', 'mixed:int8+fp16,max-bytes=2MB,min-snr=20'])('need exactly one limit: %s', (spec) => {
    expect(() => optionsOf(spec)).toThrow(/exactly one limit/);
  });

  it('take the formats of layers only for keep-latency', () => {
    const layers = { conv: 'int8' };
    const given = { formats: ['int8', 'float32'], layers };
    expect(mixedOptions.parse({ ...given, keepLatency: 0.6 })).toMatchObject({ keepLatency: 0.6, layers });
    expect(() => mixedOptions.parse({ ...given, maxBytes: 1e6 })).toThrow(/only together with keep-latency/);
  });

  it('need two formats', () => {
    expect(() => optionsOf('mixed:int8+int8,max-bytes=2MB')).toThrow(/two different formats/);
    expect(() => optionsOf('mixed:int8,max-bytes=2MB')).toThrow(/formats/);
  });

  it('survive a recipe', () => {
    const step = resolveStep(registry, 'quant', parseSpec('mixed:int8+fp16,max-bytes=2MB'));
    expect(checkStep(registry, JSON.parse(JSON.stringify(step)), 'step')).toEqual(step);
  });
});
