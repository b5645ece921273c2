import { elementCount } from '@onnx-compress/graph';

/** One output of the model for one sample. */
export interface OutputValues {
  readonly dims: readonly number[];
  readonly values: Float32Array;
}

/** What the numbers of an output are: distributions along an axis, in one of three forms, or anything else. */
export type OutputKind =
  | { readonly kind: 'probabilities' | 'log-probabilities' | 'logits'; readonly axis: number }
  | { readonly kind: 'values' };

/** Calls back with every distribution along an axis: where it starts, and how far apart its numbers are. */
export function eachDistribution(
  dims: readonly number[],
  axis: number,
  visit: (start: number, stride: number, size: number) => void,
): void {
  const size = dims[axis] ?? 1;
  const stride = elementCount(dims.slice(axis + 1));
  const blocks = elementCount(dims.slice(0, axis));
  for (let block = 0; block < blocks; block++) {
    for (let inner = 0; inner < stride; inner++) visit(block * size * stride + inner, stride, size);
  }
}

/** How far a sum of probabilities may be from 1, in half precision at the worst. */
const SLACK = 5e-3;

/** Part of the entropy of a uniform distribution below which scores of classes are told from other numbers. */
const SURE = 0.9;

/** Whether the numbers, seen through `probability`, are distributions along the axis. */
function sumToOne({ dims, values }: OutputValues, axis: number, probability: (value: number) => number): boolean {
  let fits = true;
  eachDistribution(dims, axis, (start, stride, size) => {
    let sum = 0;
    for (let index = 0, at = start; fits && index < size; index++, at += stride) {
      const part = probability(values[at] ?? Number.NaN);
      if (!(part >= 0 && part <= 1 + SLACK)) fits = false;
      sum += part;
    }
    fits &&= Math.abs(sum - 1) <= SLACK;
  });
  return fits;
}

/** The mean entropy after a softmax, as a part of that of the uniform distribution. */
function uncertainty(samples: readonly OutputValues[]): number {
  let [sum, rows] = [0, 0];
  for (const { dims, values } of samples) {
    eachDistribution(dims, 1, (start, stride, size) => {
      const scores = Array.from({ length: size }, (_, index) => values[start + index * stride] ?? Number.NaN);
      const most = Math.max(...scores);
      const total = scores.reduce((all, score) => all + Math.exp(score - most), 0);
      const mean = scores.reduce((all, score) => all + (Math.exp(score - most) * (score - most)) / total, 0);
      sum += (Math.log(total) - mean) / Math.log(size);
      rows++;
    });
  }
  return rows === 0 ? 1 : sum / rows;
}

/**
 * What an output is, told from its numbers over all samples: probabilities sum to 1 along an axis, and their logarithms do
 * when exponentiated; an output of rank 2 whose softmax is sure of something holds scores of classes.
 */
export function outputKind(samples: readonly OutputValues[]): OutputKind {
  const [first] = samples;
  const rank = first?.dims.length ?? 0;
  if (first === undefined || samples.some(({ dims }) => dims.length !== rank)) return { kind: 'values' };
  for (const axis of first.dims.keys()) {
    if (samples.some(({ dims }) => (dims[axis] ?? 1) < 2)) continue;
    const all = (probability: (value: number) => number) => samples.every((one) => sumToOne(one, axis, probability));
    if (all((value) => value)) return { kind: 'probabilities', axis };
    if (all(Math.exp)) return { kind: 'log-probabilities', axis };
  }
  const classes = rank === 2 && samples.every(({ dims }) => (dims[1] ?? 1) > 1);
  return classes && uncertainty(samples) < SURE ? { kind: 'logits', axis: 1 } : { kind: 'values' };
}
