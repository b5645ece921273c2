import type { CentredGram } from '@onnx-compress/recovery';

/** What layers are judged by. */
export interface OutputMetric {
  /** Whether biases are corrected afterwards, so that errors of the means of outputs do not count. */
  readonly correctsBiases: boolean;
}

/**
 * Whether the outputs of a layer count about their means. With fewer rows than columns the samples do not tell what the
 * means of other inputs are, so that no bias makes up for them: without this, layers behind a global pooling, with one row
 * for each sample, lose their means.
 */
export const isAboutMeans = (grams: readonly CentredGram[], { correctsBiases }: OutputMetric): boolean =>
  correctsBiases && grams.every(({ rows, columns }) => rows >= columns);

/** The Gram matrices in which the errors of a layer count: about the means of its inputs, or about zero. */
export function gramsAbout(grams: readonly CentredGram[], means: boolean): readonly CentredGram[] {
  if (means) return grams;
  return grams.map(({ rows, columns, mean, products }) => {
    const aboutZero = products.map(
      (value, at) => value + rows * (mean[Math.floor(at / columns)] ?? 0) * (mean[at % columns] ?? 0),
    );
    return { rows, columns, mean: new Float64Array(columns), products: aboutZero };
  });
}

/** Whether all that samples gave are numbers. */
export const areFinite = (grams: readonly CentredGram[]): boolean =>
  grams.every(({ products }) => products.every(Number.isFinite));
