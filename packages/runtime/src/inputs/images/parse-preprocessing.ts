import { nearestName, parseNumber } from '@onnx-compress/core';
import { badPreprocessing, unknownPreset } from './messages.js';
import { DEFAULTS, PRESETS, type Preprocessing, type PreprocessOptions } from './preprocessing.js';

const KEYS = ['divide', 'mean', 'std', 'order', 'fit', 'size', 'layout'] as const;

type Key = (typeof KEYS)[number];

const isKey = (text: string): text is Key => KEYS.some((key) => key === text);

/**
 * A preprocessing with nothing left out.
 *
 * In text, the name of a preset comes first, if any; then settings in any order: `imagenet,fit=stretch`,
 * `mean=0.5,0.5,0.5,std=0.5,size=224,order=bgr`. A number after a comma belongs to the list before it. A size is one
 * number or `<height>x<width>`.
 *
 * @throws UsageError naming what cannot be meant
 * @example resolvePreprocessing('none,mean=127,std=128').divide; // 1
 */
export function resolvePreprocessing(given: string | PreprocessOptions): Preprocessing {
  const options = typeof given === 'string' ? parseOptions(given) : given;
  const { divide, mean, std, order, fit, size, layout } = options;
  const all: Preprocessing = {
    divide: divide ?? DEFAULTS.divide,
    mean: mean ?? DEFAULTS.mean,
    std: std ?? DEFAULTS.std,
    order: order ?? DEFAULTS.order,
    fit: fit ?? DEFAULTS.fit,
    ...(size === undefined ? {} : { size }),
    ...(layout === undefined ? {} : { layout }),
  };
  const problem = problemOf(all);
  if (problem !== undefined) throw badPreprocessing(given, problem);
  return all;
}

/** A preprocessing as text that `resolvePreprocessing` takes back. */
export function formatPreprocessing({ fit, size, layout, ...numbers }: Preprocessing): string {
  const { divide, mean, std, order } = numbers;
  const text = `divide=${divide},mean=${mean},std=${std},order=${order}`;
  const preset = Object.entries(PRESETS).find(
    ([, known]) => `divide=${known.divide},mean=${known.mean},std=${known.std},order=${known.order}` === text,
  );
  return [
    preset?.[0] ?? text,
    ...(fit === DEFAULTS.fit ? [] : [`fit=${fit}`]),
    ...(size === undefined ? [] : [`size=${size.join('x')}`]),
    ...(layout === undefined ? [] : [`layout=${layout}`]),
  ].join(',');
}

function problemOf({ divide, mean, std, size = [1, 1] }: Preprocessing): string | undefined {
  const white = 255 / divide;
  const outside = mean.find((value) => !(value >= 0 && value <= white));
  if (!(Number.isFinite(divide) && divide > 0)) return 'divide is not a number above 0';
  if (![mean, std].every(({ length }) => length === 1 || length === 3)) return 'mean and std are one number or three';
  if (!std.every((value) => Number.isFinite(value) && value !== 0)) return 'std is 0, or no number';
  if (!size.every((side) => Number.isSafeInteger(side) && side > 0)) return 'size is not of whole numbers above 0';
  if (outside !== undefined)
    return `mean ${outside} lies outside of the pixels, which are 0 to ${white} after division`;
  return undefined;
}

function parseOptions(text: string): PreprocessOptions {
  const [first = '', ...rest] = text.split(',').map((item) => item.trim());
  const preset = first.includes('=') ? undefined : presetOf(first);
  const values = new Map<Key, readonly string[]>();
  let last: Key | undefined;
  for (const item of preset === undefined ? [first, ...rest] : rest) {
    const equals = item.indexOf('=');
    const key: string | undefined = equals < 0 ? last : item.slice(0, equals).trim();
    if (key === undefined || !isKey(key)) throw badPreprocessing(text, `"${item}" is not a setting`);
    if (equals >= 0 && values.has(key)) throw badPreprocessing(text, `${key} is given twice`);
    values.set(key, [...(values.get(key) ?? []), item.slice(equals + 1).trim()]);
    last = key;
  }
  return { ...preset, ...Object.assign({}, ...[...values].map(([key, list]) => settingOf(text, key, list))) };
}

function presetOf(name: string): PreprocessOptions {
  const found = Object.entries(PRESETS).find(([known]) => known === name);
  if (found === undefined) throw unknownPreset(name, nearestName(name, Object.keys(PRESETS)));
  return found[1];
}

const CHOICES = {
  order: ['rgb', 'bgr'],
  fit: ['crop', 'stretch', 'pad'],
  layout: ['nchw', 'nhwc'],
} as const;

function settingOf(text: string, key: Key, list: readonly string[]): PreprocessOptions {
  const [value = '', ...more] = list;
  if (key === 'mean' || key === 'std') return { [key]: list.map((item) => numberOf(text, key, item)) };
  if (more.length > 0) throw badPreprocessing(text, `${key} takes one value`);
  if (key === 'divide') return { divide: numberOf(text, key, value) };
  if (key === 'size') {
    const sides = value.split('x').map((side) => numberOf(text, key, side));
    const [height = 0, width = height] = sides;
    if (sides.length > 2) throw badPreprocessing(text, 'size is one number, or height x width');
    return { size: [height, width] };
  }
  const choice = CHOICES[key].find((known) => known === value);
  if (choice === undefined) throw badPreprocessing(text, `${key} is one of ${CHOICES[key].join(', ')}`);
  return { [key]: choice };
}

function numberOf(text: string, key: Key, value: string): number {
  const number = parseNumber(value);
  if (number === undefined) throw badPreprocessing(text, `${key}: "${value}" is not a number`);
  return number;
}
