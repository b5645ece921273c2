import type { LayerRepair } from '@onnx-compress/core';
import type { ModelPair } from '../model-pair.js';
import { matchMoments } from './match-moments.js';
import type { MomentContext } from './passes.js';

/**
 * Gives every output channel of every layer the mean that it had in the original, through its bias: bias correction after
 * quantization (Nagel et al., Data-Free Quantization through Weight Equalization and Bias Correction, 2019), or after any
 * other change of weights. A layer's weight may be computed by the graph meanwhile, from integers for instance; its label
 * and operator must be those of the original.
 *
 * Repairs are dropped and reported as by `matchMoments`.
 *
 * @throws CancelledError when the signal fires
 * @example
 * const repairs = await correctBiases({ original, changed: quantized }, context);
 */
export function correctBiases(pair: ModelPair, context: MomentContext): Promise<readonly LayerRepair[]> {
  return matchMoments(pair, context, { variance: false });
}
