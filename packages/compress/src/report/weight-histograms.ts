import { type Figure, type HistogramFigure, throwIfAborted } from '@onnx-compress/core';
import { type Model, readFloats, type Weight } from '@onnx-compress/graph';
import { hasNonFinite, histogram, typicalRange } from '@onnx-compress/math';

/** How many weights are shown: the largest ones that have not gone. */
const MOST_ROWS = 8;
const BINS = 40;

const isFloat = ({ tensor }: Weight) => ['float32', 'float16', 'bfloat16'].includes(tensor.dataType);

/** Float weights that both models have under one name, the largest first. */
function largestPairs(before: Model, after: Model): readonly (readonly [before: Weight, after: Weight])[] {
  const kept = new Map([...after.weights()].filter(isFloat).map((weight) => [weight.name, weight]));
  const pairs = [...before.weights()].filter(isFloat).flatMap((weight) => {
    const same = kept.get(weight.name);
    return same === undefined ? [] : [[weight, same] as const];
  });
  return pairs.sort(([a], [b]) => b.tensor.byteLength - a.tensor.byteLength).slice(0, MOST_ROWS);
}

async function row(before: Weight, after: Weight): Promise<HistogramFigure['rows'][number] | undefined> {
  const sides = [await readFloats(before.tensor), await readFloats(after.tensor)];
  if (sides.some(hasNonFinite)) return undefined;
  const high = Math.max(...sides.map(typicalRange));
  return {
    label: before.name,
    low: -high,
    high,
    counts: sides.map((values) => [...histogram(values, -high, high, BINS)]),
  };
}

/**
 * The distribution of the largest float weights, before and after the steps that keep them float. A weight in whose
 * place factors stand has nothing to be compared with and is left out. Reads two weights at a time.
 */
export async function weightHistograms(before: Model, after: Model, signal: AbortSignal): Promise<readonly Figure[]> {
  const rows: HistogramFigure['rows'][number][] = [];
  for (const [weight, same] of largestPairs(before, after)) {
    throwIfAborted(signal);
    const found = await row(weight, same);
    if (found !== undefined) rows.push(found);
  }
  if (rows.length === 0) return [];
  return [
    {
      kind: 'histograms',
      title: 'Weights of the largest layers',
      caption: 'Part of the values in each bin; those beyond four root mean squares are counted in the outermost bins.',
      unit: 'plain',
      series: ['before', 'after'],
      rows,
    },
  ];
}
