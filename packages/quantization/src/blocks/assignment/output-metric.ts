import { type Context, yieldToEventLoop } from '@onnx-compress/core';
import type { CentredGram } from '@onnx-compress/recovery';

type Work = Pick<Context, 'signal'>;

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
export async function gramsAbout(
  grams: readonly CentredGram[],
  means: boolean,
  work: Work,
): Promise<readonly CentredGram[]> {
  if (means) return grams;
  const aboutZero: CentredGram[] = [];
  for (const gram of grams) aboutZero.push(await gramAround(gram, new Float64Array(gram.columns), work));
  return aboutZero;
}

/** What a search is told of the inputs that it fits to. */
export async function fittedGrams(
  grams: readonly CentredGram[],
  metric: OutputMetric,
  work: Work,
): Promise<readonly Float64Array[]> {
  return (await gramsAbout(grams, isAboutMeans(grams, metric), work)).map(({ products }) => products);
}

/**
 * Gram matrices of samples held out. Where biases are corrected, they are so by the means of those fitted to: what is left of
 * errors are the deviations from these.
 */
export async function judgedGrams(
  judging: readonly CentredGram[],
  fitting: readonly CentredGram[],
  { correctsBiases }: OutputMetric,
  work: Work,
): Promise<readonly CentredGram[]> {
  if (!correctsBiases) return gramsAbout(judging, false, work);
  const judged: CentredGram[] = [];
  for (const [group, gram] of judging.entries()) {
    judged.push(await gramAround(gram, fitting[group]?.mean ?? gram.mean, work));
  }
  return judged;
}

async function gramAround(
  { rows, columns, mean, products }: CentredGram,
  center: Float64Array,
  { signal }: Work,
): Promise<CentredGram> {
  const off = mean.map((value, column) => value - (center[column] ?? 0));
  const around = products.slice();
  for (const [row, own] of off.entries()) {
    await yieldToEventLoop(signal);
    const start = row * columns;
    for (const [column, other] of off.entries()) {
      around[start + column] = (around[start + column] ?? 0) + rows * own * other;
    }
  }
  return { rows, columns, mean: center, products: around };
}

/** Whether all that samples gave are numbers. */
export const areFinite = (grams: readonly CentredGram[]): boolean =>
  grams.every(({ products }) => products.every(Number.isFinite));
