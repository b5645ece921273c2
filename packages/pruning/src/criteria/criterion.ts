import type { Tensor } from '@onnx-compress/graph';

/**
 * Scores the channels of one weight axis; channels with low scores are removed first.
 *
 * @returns one score per position of `axis`
 */
export type Criterion = (weight: Tensor, axis: number) => Promise<Float64Array>;
