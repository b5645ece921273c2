import type { DataType } from '@onnx-compress/graph';
import type { HostFeeds } from '../inputs/input-spec.js';

/** How often two outputs put the same class first. */
export interface AgreementCount {
  same: number;
  total: number;
}

const SCORES: ReadonlySet<DataType> = new Set(['float16', 'float32', 'float64']);

/**
 * The number of classes of an output that can be class scores: floats of two or three axes with the classes on the
 * last, or of four axes `[N, C, 1, 1]`. Not those that have the very shape of an input, as recurrent states and
 * cleaned signals do.
 *
 * @returns undefined for any other output, and for a single class
 */
export function classCount(dataType: DataType, dims: readonly number[], feeds: HostFeeds): number | undefined {
  if (!SCORES.has(dataType) || dims.length < 2 || dims.length > 4) return undefined;
  const [, channels = 0, height, width] = dims;
  if (dims.length === 4 && (height !== 1 || width !== 1)) return undefined;
  for (const input of feeds.values()) if (input.dims.join() === dims.join()) return undefined;
  const classes = dims.length === 4 ? channels : (dims.at(-1) ?? 0);
  return classes > 1 ? classes : undefined;
}

/** Counts the rows of `classes` values whose largest value is at the same place; the first of equal ones wins. */
export function addAgreement(
  count: AgreementCount,
  reference: Float32Array | Float64Array,
  candidate: Float32Array | Float64Array,
  classes: number,
): void {
  for (let start = 0; start + classes <= reference.length; start += classes) {
    count.total++;
    if (largestAt(reference, start, classes) === largestAt(candidate, start, classes)) count.same++;
  }
}

function largestAt(values: Float32Array | Float64Array, start: number, classes: number): number {
  let best = 0;
  let largest = values[start] ?? Number.NaN;
  for (let index = 1; index < classes; index++) {
    const value = values[start + index] ?? Number.NaN;
    if (value > largest || Number.isNaN(largest)) {
      largest = value;
      best = index;
    }
  }
  return best;
}
