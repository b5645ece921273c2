import type { JsonValue } from '@onnx-compress/core';
import { formatCount } from '../../render/quantities.js';
import type { Entry } from '../page/records.js';

/** `groupsPruned` as `groups pruned`. */
const words = (key: string) => key.replaceAll(/([a-z\d])([A-Z])/g, '$1 $2').toLowerCase();

const isScalar = (value: JsonValue | undefined): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

function written(value: string | number | boolean): string {
  if (typeof value !== 'number') return typeof value === 'string' ? value : value ? 'yes' : 'no';
  return Number.isInteger(value) ? formatCount(value) : String(Number(value.toPrecision(4)));
}

/** The plain metrics of a step in words; `channelsBefore` and `channelsAfter` become one fact. */
export function metricFacts(metrics: Readonly<Record<string, JsonValue>>): readonly Entry[] {
  return Object.entries(metrics).flatMap(([key, value]): readonly Entry[] => {
    if (!isScalar(value)) return [];
    const stem = /^(.+)(Before|After)$/.exec(key)?.[1];
    if (stem === undefined) return [[words(key), written(value)]];
    const [before, after] = [metrics[`${stem}Before`], metrics[`${stem}After`]];
    if (!isScalar(before) || !isScalar(after)) return [[words(key), written(value)]];
    return key.endsWith('After') ? [] : [[words(stem), `${written(before)} → ${written(after)}`]];
  });
}
