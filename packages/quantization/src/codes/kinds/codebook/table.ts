import { inRanges, kMeans, type Pause, WeightedBins } from '@onnx-compress/math';

/** How tables are searched. */
export interface TableSearch {
  /** Entries of a table. */
  readonly size: number;
  /** Whether the entry nearest to zero becomes zero. */
  readonly keepsZero: boolean;
  readonly pause: Pause;
}

/** How many bins stand for the numbers of a channel or weight: so many for each entry, within limits. */
const BINS = { perEntry: 64, least: 512, most: 4096 } as const;

/** Bins for numbers of no larger magnitude than a bound. */
export function binsWithin(bound: number, { size }: TableSearch): WeightedBins {
  return new WeightedBins(-bound, bound, Math.max(BINS.least, Math.min(BINS.most, BINS.perEntry * size)));
}

/** Where zeros are as many as the numbers of a common entry, as in pruned weights, they stay zeros. */
export async function keepsZeros(values: Float32Array, size: number, pause: Pause): Promise<boolean> {
  let zeros = 0;
  const count = (from: number, to: number) => {
    for (let index = from; index < to; index++) if (values[index] === 0) zeros++;
  };
  await inRanges(values.length, count, pause);
  return zeros * size >= values.length;
}

/** The best table for numbers in bins, and its squared error. */
export async function bestTable(bins: WeightedBins, search: TableSearch) {
  const { centres, error } = await kMeans(bins.points(), search.size, search.pause);
  return { table: tableOf(centres, search), error };
}

/** As many entries as were asked for: where there are fewer numbers, the last one is repeated. */
function tableOf(centres: Float64Array, { size, keepsZero }: TableSearch): Float32Array {
  const last = centres.at(-1) ?? 0;
  const table = Float32Array.from({ length: size }, (_, index) => centres[index] ?? last);
  return keepsZero ? withZero(table) : table;
}

/** With zero in place of the entry nearest to it. */
export function withZero(table: Float32Array): Float32Array {
  const nearest = table.reduce((least, entry) => Math.min(least, Math.abs(entry)), Number.POSITIVE_INFINITY);
  const at = table.findIndex((entry) => Math.abs(entry) === nearest);
  return table.map((entry, index) => (index === at ? 0 : entry));
}
