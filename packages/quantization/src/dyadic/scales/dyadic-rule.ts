import type { ScaleRule } from '../../scale-rule.js';
import { dyadicActivations } from './dyadic-activations.js';
import type { DyadicScaling } from './dyadic-scaling.js';
import { dyadicWeights } from './dyadic-weights.js';

/** Scales with which the multiplier of every layer is an integer over a power of two. */
export function dyadicRule(scaling: DyadicScaling): ScaleRule {
  return {
    activations: (plan, scales) => dyadicActivations(plan, scales, scaling.mantissaBits),
    weights: (group, int8, choice) => dyadicWeights(group, int8, choice, scaling),
  };
}
