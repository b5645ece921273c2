import { type CentredGram, type LinearLayer, takesBias } from '@onnx-compress/recovery';
import type { Metric } from '../engine/metric.js';
import { shrunkCovariance } from './shrunk-covariance.js';

/** What one group of a layer is fed with. */
export interface InputStatistics {
  /** What errors of its matrix are measured in; undefined where nothing varies. */
  readonly metric: Metric | undefined;
  /** One mean for each column, which the bias makes up for; undefined where it cannot, and the metric counts means. */
  readonly mean: Float64Array | undefined;
}

/** Products about zero instead of the means. */
function uncentred({ rows, columns, mean, products }: CentredGram): CentredGram {
  const about = products.map((value, index) => {
    const [row, column] = [Math.floor(index / columns), index % columns];
    return value + rows * (mean[row] ?? 0) * (mean[column] ?? 0);
  });
  return { rows, columns, mean, products: about };
}

/** The statistics of each group of a layer, from the Gram matrices of its inputs. */
export async function inputStatistics(
  { node, weight, outputs }: LinearLayer,
  grams: readonly CentredGram[],
): Promise<readonly InputStatistics[]> {
  const isShifted = await takesBias(node, weight.tensor.dataType, outputs);
  return grams.map((gram) => {
    const covariance = shrunkCovariance(isShifted ? gram : uncentred(gram));
    return { metric: covariance && { covariance }, mean: isShifted ? gram.mean : undefined };
  });
}
