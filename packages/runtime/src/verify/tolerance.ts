import type { Model } from '@onnx-compress/graph';
import type { OutputComparison } from './output-comparison.js';

/**
 * Relative errors (root mean square of the difference over that of the reference) that float arithmetic makes when it
 * runs in another order. float32 rounds at 2^-24 = 6e-8, float16 at 2^-11 = 5e-4. Real networks at two optimization
 * levels of onnxruntime 1.30: up to 2e-5 in float32, 2e-4 in float16; ill-conditioned outputs show up as a difference
 * of the original's own.
 */
const ROUNDING = { single: 1e-4, half: 1e-2, exact: 0 } as const;

/** The same between optimization levels, where fusions also bring other approximations (Gelu, Softmax). */
const LEVELS = { single: 1e-3, half: 2e-2 } as const;

/**
 * Between levels with quantized kernels: a fused kernel rounds once where the unfused graph rounds twice, and
 * onnxruntime runs weight-only MatMuls with 8-bit activations when it fuses them (MatMulNBits, accuracy level 4). One
 * step of an 8-bit grid over a normal signal (range = 6 deviations) is 6 / 255 = 2.4 % of its root mean square; 10 %
 * leaves room for many layers, and is far below what a wrong fusion does. Measured: 0.4 % after four weight-only layers.
 */
const QUANTIZED_LEVELS = 0.1;

/**
 * Where rounding takes an output further than that from the original, two ways to round may lie as far apart: the one
 * fused, the other not. Up to this: a wrong fusion changes an output by about as much as it is large. Measured: text
 * recognizer PP-OCRv4 in int8, 22.6 % from the original, 13.7 % between levels.
 */
const MOST_QUANTIZED_LEVELS = 0.25;

/** A model may differ this many times as much between levels as the original does itself. */
const OWN_DIFFERENCE_FACTOR = 10;

const QUANTIZED_KERNEL = /[Qq]uantize|QLinear|^Q[A-Z]|Integer$|NBits/;

/** Operators whose output size depends on values, so that compression may change it. */
const DATA_DEPENDENT: ReadonlySet<string> = new Set(['Compress', 'Loop', 'NonMaxSuppression', 'NonZero', 'Unique']);

/** Operators that draw other numbers in every run. */
const RANDOM = /^(Bernoulli|Multinomial|Random(Normal|Uniform)(Like)?)$/;

/** True where onnxruntime may run 8-bit kernels for this model. */
export function hasQuantizedKernels(model: Model): boolean {
  return some(model, (opType) => QUANTIZED_KERNEL.test(opType));
}

/** True where sizes of outputs may depend on values. */
export function hasDataDependentSizes(model: Model): boolean {
  return some(model, (opType) => DATA_DEPENDENT.has(opType));
}

/** True where results may change from run to run. */
export function hasRandomOperators(model: Model): boolean {
  return some(model, (opType) => RANDOM.test(opType));
}

function some(model: Model, test: (opType: string) => boolean): boolean {
  for (const { opType } of model.nodes()) if (test(opType)) return true;
  return false;
}

/**
 * How much an output may change in an exact rewrite.
 *
 * @param ownDifference how much the original's differs between optimization levels
 */
export function roundingTolerance({ precision }: OutputComparison, ownDifference: number): number {
  return Math.max(ROUNDING[precision], OWN_DIFFERENCE_FACTOR * ownDifference);
}

/**
 * How much an output may differ between optimization levels; undefined for integers, bools and strings, which a
 * rounding difference can flip (ArgMax, comparisons).
 *
 * @param error how much it differs from the original, where it is quantized; undefined for others
 */
export function levelTolerance(
  { precision }: OutputComparison,
  ownDifference: number,
  error: number | undefined,
): number | undefined {
  if (precision === 'exact') return undefined;
  const rounded = error === undefined ? 0 : Math.max(QUANTIZED_LEVELS, Math.min(MOST_QUANTIZED_LEVELS, error));
  return Math.max(LEVELS[precision], rounded, OWN_DIFFERENCE_FACTOR * ownDifference);
}
