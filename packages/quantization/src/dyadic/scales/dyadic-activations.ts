import { type Node, type Value, weightBehind } from '@onnx-compress/graph';
import type { ActivationScale } from '../../activations/activation-scale.js';
import { activationKey } from '../../placement/regions/foldable-nodes.js';
import type { StaticPlan } from '../../placement/static-plan.js';
import { shortAbove, shortBelow, shortNearest } from '../number/short-number.js';
import { quantizedOutput } from './quantized-output.js';

/** Operators that bring values to another scale: the quotient of the two has to be dyadic by itself. */
const RESCALING: ReadonlySet<string> = new Set(['Add', 'Concat', 'Mul', 'Where']);

/**
 * Significant bits of the scale of an input. Images often come from bytes, and a scale that is theirs loses nothing: with
 * so many bits, it is met within an eighth of a step over the whole range.
 */
const INPUT_BITS = 10;

type Scales = ReadonlyMap<Value, ActivationScale>;

/**
 * Scales with few significant bits: at least as wide as before, so that nothing more is clipped, except where a Clip
 * ends the range; those of inputs have more bits and are the nearest. What Add, Concat, Mul and Where give at a scale of
 * its own has a power of two and an even zero point, since these kernels round when the zero point is added; so has what
 * the layers of a shared weight give.
 */
export function dyadicActivations(plan: StaticPlan, scales: Scales, mantissaBits: number): Scales {
  const rescaled = valuesOfPowers(plan, scales);
  return new Map(
    plan.classes.flatMap(({ values }) => {
      const scale = values.map((value) => scales.get(value)).find((one) => one !== undefined);
      if (scale === undefined) return [];
      const isPower = values.some((value) => rescaled.has(value));
      const short = shortScale(scale, values, isPower ? 1 : mantissaBits);
      const restricted = isPower ? { ...short, zeroPoint: 2 * Math.round(short.zeroPoint / 2) } : short;
      return values.map((value) => [value, restricted] as const);
    }),
  );
}

function shortScale(activation: ActivationScale, values: readonly Value[], bits: number): ActivationScale {
  const { scale, zeroPoint } = activation;
  const short = shortened(scale, values, bits);
  return { ...activation, scale: short, zeroPoint: Math.round((zeroPoint * scale) / short) };
}

function shortened(scale: number, values: readonly Value[], bits: number): number {
  if (values.some(isClipped)) return shortBelow(scale, bits);
  if (bits > 1 && values.some(({ isInput }) => isInput)) return shortNearest(scale, INPUT_BITS);
  return shortAbove(scale, bits);
}

/** Beyond the limit of a Clip, onnxruntime would have to compute it. */
function isClipped({ producer }: Value): boolean {
  const key = producer && activationKey(producer);
  return key !== undefined && producer?.opType === 'Clip';
}

function valuesOfPowers(plan: StaticPlan, scales: Scales): ReadonlySet<Value> {
  const powers = new Set<Value>();
  for (const node of [...plan.nodes].filter((one) => rescales(one, scales) || sharesWeight(one, plan))) {
    const output = quantizedOutput(node, plan, scales);
    if (output !== undefined && isRescaled(node, output, scales)) powers.add(output);
  }
  return powers;
}

/** An Add of a bias reads no quantized value. */
function rescales(node: Node, scales: Scales): boolean {
  return RESCALING.has(node.opType) && node.inputs.some((_, index) => isKnown(node.input(index), scales));
}

function isKnown(value: Value | undefined, scales: Scales): boolean {
  return value !== undefined && scales.has(value);
}

/** A Concat whose inputs have the scale of its output only moves numbers. */
function isRescaled(node: Node, output: Value, scales: Scales): boolean {
  if (node.opType !== 'Concat') return true;
  const scaleOf = (value: Value | undefined) => value && scales.get(value);
  return node.inputs.some((_, index) => scaleOf(node.input(index)) !== scaleOf(output));
}

function sharesWeight(node: Node, plan: StaticPlan): boolean {
  const weight = weightBehind(node.input(1));
  const readers = weight?.value.uses.filter((use) => use.kind === 'input' && plan.nodes.has(use.node)) ?? [];
  return readers.length > 1;
}
