import { eachDistribution, type OutputKind, type OutputValues, outputKind } from './output-kind.js';

/** Least probability that counts: what single precision cannot tell from none must not make the sum infinite. */
const LEAST_PROBABILITY = 1e-10;

/** The numbers along an axis as probabilities. */
function probabilitiesOf({ dims, values }: OutputValues, { kind, axis }: Exclude<OutputKind, { kind: 'values' }>) {
  if (kind === 'probabilities') return values;
  if (kind === 'log-probabilities') return values.map(Math.exp);
  const probabilities = new Float32Array(values.length);
  eachDistribution(dims, axis, (start, stride, size) => {
    const end = start + size * stride;
    let [most, sum] = [Number.NEGATIVE_INFINITY, 0];
    for (let at = start; at < end; at += stride) most = Math.max(most, values[at] ?? Number.NaN);
    for (let at = start; at < end; at += stride) sum += Math.exp((values[at] ?? Number.NaN) - most);
    for (let at = start; at < end; at += stride) {
      probabilities[at] = Math.exp((values[at] ?? Number.NaN) - most) / sum;
    }
  });
  return probabilities;
}

/** The mean divergence KL(original || changed) of all distributions along an axis, in nats. */
function meanDivergence(dims: readonly number[], axis: number, original: Float32Array, changed: Float32Array): number {
  let [total, rows] = [0, 0];
  eachDistribution(dims, axis, (start, stride, size) => {
    rows++;
    for (let index = 0, at = start; index < size; index++, at += stride) {
      const probability = original[at] ?? 0;
      if (probability < LEAST_PROBABILITY) continue;
      total += probability * Math.log(probability / Math.max(changed[at] ?? 0, LEAST_PROBABILITY));
    }
  });
  return rows === 0 ? 0 : Math.max(0, total / rows);
}

/** What each number of an output is on average: position by position where all samples have the same shape. */
function meansOf(samples: readonly OutputValues[]): (index: number) => number {
  const [first] = samples;
  const length = first?.values.length ?? 0;
  if (samples.every(({ values }) => values.length === length)) {
    const means = new Float64Array(length);
    for (const { values } of samples) {
      for (let index = 0; index < length; index++) means[index] = (means[index] ?? 0) + (values[index] ?? 0);
    }
    return (index) => (means[index] ?? 0) / samples.length;
  }
  let [sum, count] = [0, 0];
  for (const { values } of samples) {
    for (const value of values) sum += value;
    count += values.length;
  }
  return () => sum / Math.max(1, count);
}

function squaredDistance(values: Float32Array, other: (index: number) => number): number {
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += ((values[index] ?? 0) - other(index)) ** 2;
  return sum;
}

/** The damage to one output for one sample, such that the mean over the samples is that of the output. */
type SampleDamage = (sample: number, changed: Float32Array) => number;

function divergences(samples: readonly OutputValues[], kind: Exclude<OutputKind, { kind: 'values' }>): SampleDamage {
  const originals = samples.map((sample) => probabilitiesOf(sample, kind));
  return (sample, values) => {
    const [original, dims] = [originals[sample], samples[sample]?.dims];
    if (original === undefined || dims === undefined) return 0;
    return meanDivergence(dims, kind.axis, original, probabilitiesOf({ dims, values }, kind));
  };
}

function squaredErrors(samples: readonly OutputValues[]): SampleDamage {
  const means = meansOf(samples);
  const variation = samples.reduce((sum, { values }) => sum + squaredDistance(values, means), 0) / samples.length;
  return (sample, changed) => {
    const original = samples[sample]?.values;
    if (original === undefined || !(variation > 0)) return 0;
    return squaredDistance(original, (index) => changed[index] ?? 0) / variation;
  };
}

/**
 * How much a change of the model does to one output: the mean divergence KL(original || changed) of its distributions,
 * where it holds probabilities, their logarithms or scores of classes; otherwise the energy of the difference as a part of
 * the variation over the samples. 0 is no change at all.
 *
 * @param samples the output of the original model for each sample
 */
export function outputDamage(samples: readonly OutputValues[]): SampleDamage {
  const kind = outputKind(samples);
  return kind.kind === 'values' ? squaredErrors(samples) : divergences(samples, kind);
}
