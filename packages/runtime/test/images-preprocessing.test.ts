import { describe, expect, it } from '@jest/globals';
import { formatPreprocessing, resolvePreprocessing } from '../src/inputs/images/parse-preprocessing.js';
import { PRESETS } from '../src/inputs/images/preprocessing.js';

describe('resolvePreprocessing', () => {
  it('takes the names of presets', () => {
    expect(resolvePreprocessing('imagenet')).toEqual({ ...PRESETS.imagenet, fit: 'crop' });
    expect(resolvePreprocessing('imagenet-bgr')).toMatchObject({ divide: 1, order: 'bgr' });
  });

  it('lets settings follow a preset, in any order and with lists', () => {
    expect(resolvePreprocessing('none, size=48x320,std=128,127,126,mean=127,fit=pad,layout=nhwc,order=bgr')).toEqual({
      divide: 1,
      mean: [127],
      std: [128, 127, 126],
      order: 'bgr',
      fit: 'pad',
      size: [48, 320],
      layout: 'nhwc',
    });
  });

  it('divides by 255 where no preset says otherwise', () => {
    const { divide, mean, std, size } = resolvePreprocessing('mean=0.1,0.2,0.3,std=0.5,size=96');
    expect({ divide, mean, std, size }).toEqual({ divide: 255, mean: [0.1, 0.2, 0.3], std: [0.5], size: [96, 96] });
    expect(resolvePreprocessing({ mean: [0.5] })).toEqual(resolvePreprocessing('mean=0.5'));
  });

  it('leaves a resolved one as it is', () => {
    const resolved = resolvePreprocessing('signed,fit=stretch,size=64');
    expect(resolvePreprocessing(resolved)).toEqual(resolved);
  });

  it.each([
    ['', 'PREPROCESS_PRESET'],
    ['imagnet', 'PREPROCESS_PRESET'],
    ['imagenet,unit', 'PREPROCESS'],
    ['imagenet,3', 'PREPROCESS'],
    ['mean=', 'PREPROCESS'],
    ['mean=a', 'PREPROCESS'],
    ['mean=0.1,0.2', 'PREPROCESS'],
    ['mean=103.9', 'PREPROCESS'],
    ['none,mean=256', 'PREPROCESS'],
    ['unit,mean=-0.1', 'PREPROCESS'],
    ['std=0', 'PREPROCESS'],
    ['divide=0', 'PREPROCESS'],
    ['size=0', 'PREPROCESS'],
    ['size=2x3x4', 'PREPROCESS'],
    ['size=1.5', 'PREPROCESS'],
    ['size=10,20', 'PREPROCESS'],
    ['order=rbg', 'PREPROCESS'],
    ['fit=crop,fit=pad', 'PREPROCESS'],
    ['scale=2', 'PREPROCESS'],
  ])('refuses "%s"', (text, code) => {
    expect(() => resolvePreprocessing(text)).toThrow(expect.objectContaining({ code, exitCode: 2 }));
  });

  it('says what a mean outside of the pixels means, and which preset is near', () => {
    expect(() => resolvePreprocessing('mean=103.9')).toThrow(/which are 0 to 1 after division/);
    expect(() => resolvePreprocessing('imagnet')).toThrow(expect.objectContaining({ hint: 'Did you mean imagenet?' }));
  });
});

describe('formatPreprocessing', () => {
  it.each([
    'imagenet',
    'imagenet-bgr,fit=stretch',
    'signed,size=48x320,layout=nhwc',
    'divide=1,mean=127,std=128,order=rgb,fit=pad',
  ])('writes %s as it was typed', (text) => {
    expect(formatPreprocessing(resolvePreprocessing(text))).toBe(text);
  });
});
