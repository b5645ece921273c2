import { type Context, type Figure, type HistogramFigure, throwIfAborted } from '@onnx-compress/core';
import { readFloats, type Scratch, type Tensor } from '@onnx-compress/graph';
import { histogram, signalToNoiseDb, typicalRange } from '@onnx-compress/math';
import { roundedFloats } from '../weights/rounded-weight.js';
import type { StoredIntegers } from './weight-snr.js';

/** A weight that was quantized. */
export interface QuantizedWeight extends StoredIntegers {
  readonly label: string;
}

/** A weight that was rounded in any way. */
export interface RoundedWeight {
  readonly label: string;
  readonly tensor: Tensor;
  /** The values as the file gives them back from now on. */
  readonly rounded: (values: Float32Array) => Float32Array | Promise<Float32Array>;
}

/** How many weights get a histogram: the largest ones. */
const MOST_HISTOGRAMS = 8;
const BINS = 40;

interface WeightError {
  readonly label: string;
  readonly elements: number;
  /** Root mean square of the rounding error over that of the weight. */
  readonly relativeError: number;
  readonly histogram: HistogramFigure['rows'][number];
}

async function errorOf({ label, rounded }: RoundedWeight, values: Float32Array): Promise<WeightError> {
  const after = await rounded(values);
  const high = typicalRange(values);
  const counts = [values, after].map((side) => [...histogram(side, -high, high, BINS)]);
  const relativeError = 10 ** (-signalToNoiseDb(values, after) / 20);
  return { label, elements: values.length, relativeError, histogram: { label, low: -high, high, counts } };
}

function errorBars(errors: readonly WeightError[]): Figure {
  return {
    kind: 'bars',
    title: 'Rounding error of each quantized weight',
    caption: 'Root mean square of the error over that of the weight; the error of the outputs is another matter.',
    unit: 'part',
    series: ['error'],
    rows: errors.map(({ label, relativeError }) => ({ label, values: [relativeError] })),
  };
}

function distributions(errors: readonly WeightError[]): Figure {
  const rows = [...errors].sort((a, b) => b.elements - a.elements).slice(0, MOST_HISTOGRAMS);
  return {
    kind: 'histograms',
    title: 'Weights before and after rounding',
    caption: `The ${rows.length} largest. Values beyond four root mean squares are counted in the outermost bins.`,
    unit: 'plain',
    series: ['before', 'after'],
    rows: rows.map(({ histogram }) => histogram),
  };
}

/** The figures of weights that were quantized to int8; see {@link roundingFigures}. */
export function weightErrorFigures(
  weights: readonly QuantizedWeight[],
  scratch: Scratch,
  signal: Context['signal'],
): Promise<readonly Figure[]> {
  const rounded = weights.map(({ label, original, tensor, int8 }) => ({
    label,
    tensor: original,
    rounded: async (values: Float32Array) =>
      roundedFloats(tensor === original ? values : await readFloats(tensor), tensor, int8),
  }));
  return roundingFigures(rounded, scratch, signal);
}

/**
 * What rounding does to the weights: relative error of each, and the distribution of the largest ones before and after.
 * Reads one weight at a time.
 */
export async function roundingFigures(
  weights: readonly RoundedWeight[],
  scratch: Scratch,
  signal: Context['signal'],
): Promise<readonly Figure[]> {
  const errors: WeightError[] = [];
  for (const weight of weights) {
    throwIfAborted(signal);
    const error = await scratch.lend(weight.tensor.byteLength, async (into) =>
      errorOf(weight, await readFloats(weight.tensor, into)),
    );
    errors.push(error);
  }
  return errors.length === 0 ? [] : [errorBars(errors), distributions(errors)];
}
