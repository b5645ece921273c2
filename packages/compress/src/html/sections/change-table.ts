import type { Change, JsonValue } from '@onnx-compress/core';
import { formatBytes } from '../../render/quantities.js';
import type { Cell } from '../page/csv.js';
import type { Column, Table } from '../page/table.js';

/** Most columns and most characters of a list that are shown; the JSON report has all. */
const MOST_COLUMNS = 8;
const MOST_CHARACTERS = 32;

const words = (key: string) => key.replaceAll(/([a-z\d])([A-Z])/g, '$1 $2').toLowerCase();

/** Ascending indices as ranges: `0, 4-7, 9`. */
function ranges(indices: readonly number[]): readonly string[] {
  const found: [first: number, last: number][] = [];
  for (const index of indices) {
    const current = found.at(-1);
    if (current !== undefined && index === current[1] + 1) current[1] = index;
    else found.push([index, index]);
  }
  return found.map(([first, last]) => (first === last ? String(first) : `${first}-${last}`));
}

/** A long list by its length and its beginning: `16: 0, 4, 6-9, …`. */
function listText(values: readonly JsonValue[]): string {
  const numbers = values.filter((value) => typeof value === 'number');
  if (values.length === 0 || numbers.length < values.length) return `${values.length} entries`;
  let text = '';
  for (const range of ranges(numbers.slice(0, MOST_CHARACTERS))) {
    if (text.length + range.length > MOST_CHARACTERS) break;
    text += `${text === '' ? '' : ', '}${range}`;
  }
  return `${values.length}: ${text}${values.length > 8 ? ', …' : ''}`;
}

function cellOf(value: JsonValue | undefined): Cell {
  if (value === undefined || value === null) return null;
  if (typeof value === 'number' || typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return Array.isArray(value) ? listText(value) : JSON.stringify(value).slice(0, MOST_CHARACTERS);
}

const plainNumber = (value: number) => String(Number(value.toPrecision(6)));

function columnOf(key: string, changed: readonly Change[]): Column {
  const numeric = changed.some((change) => typeof change[key] === 'number');
  if (!numeric) return { label: words(key) };
  return { label: words(key), format: /bytes/i.test(key) ? formatBytes : plainNumber };
}

/** What a step changed, with a column for each thing it tells of a node. */
export function changeTable(changed: readonly Change[], caption: string): Table {
  const keys = [...new Set(changed.flatMap((change) => Object.keys(change)))].slice(0, MOST_COLUMNS);
  return {
    caption,
    columns: keys.map((key) => columnOf(key, changed)),
    rows: changed.map((change) => keys.map((key) => cellOf(change[key]))),
  };
}
