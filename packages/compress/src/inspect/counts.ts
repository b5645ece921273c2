import type { Costs, NonZeroCounts } from '@onnx-compress/graph';

/** What a model counts, by all conventions in use. */
export interface ModelCounts {
  /** Elements of all constants, whatever they are there for. */
  readonly parameters: number;
  /** What papers call weights: without the four kinds below. */
  readonly weights: number;
  readonly biases: number;
  /** Scale, shift, mean and variance of normalizations. */
  readonly normalization: number;
  /** Scales and zero points. */
  readonly quantization: number;
  /** Shapes, indices, masks, single numbers. */
  readonly other: number;
  readonly macs: number;
  /** Exactly twice the multiply-accumulates. */
  readonly flops: number;
  readonly nonZeroWeights: number;
  /** Multiply-accumulates if those by a zero were skipped, which onnxruntime does not: no measure of speed. */
  readonly effectiveMacs: number;
  /** Names of weights whose stored form does not tell zeros apart; they count as not zero. */
  readonly untold: readonly string[];
  /** Bytes of activations in memory together, estimated from shapes; null where one is unknown. */
  readonly activationPeakBytes: number | null;
}

/** Joins the counts of structure and values. */
export function modelCounts(costs: Costs, { nonZeroWeights, effectiveMacs, untold }: NonZeroCounts): ModelCounts {
  const { parameters, elementsByRole, macs, flops, activationPeakBytes } = costs;
  return {
    parameters,
    weights: elementsByRole.weight,
    biases: elementsByRole.bias,
    normalization: elementsByRole.normalization,
    quantization: elementsByRole.quantization,
    other: elementsByRole.other,
    macs,
    flops,
    nonZeroWeights,
    effectiveMacs,
    untold,
    activationPeakBytes: activationPeakBytes ?? null,
  };
}
