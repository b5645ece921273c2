import type { Context } from '@onnx-compress/core';
import type { Node, Scratch, Tensor } from '@onnx-compress/graph';
import { withRoomForBiases } from './emission/static/room-for-biases.js';
import type { Int8Options } from './int8-options.js';
import { alsoReadBy, notFinite, opsetTooOld, wouldGrow } from './messages.js';
import { type Activations, chooseForm, type Form, REQUIRED_OPSET } from './placement/choose-form.js';
import { estimateSize, type SizeEstimate } from './placement/size-estimate.js';
import { otherReader, type WeightGroup } from './placement/weight-group.js';
import type { ScaleRule } from './scale-rule.js';
import type { StaticChoice } from './static-choice.js';
import { affineScales } from './weights/affine-weight.js';
import { mayBeFine } from './weights/fine-weight.js';
import { type Int8Scales, int8Scales } from './weights/int8-weight.js';
import { mseScales } from './weights/mse-scales.js';
import { inSevenBits } from './weights/reduced-range.js';

/** One scale for each output channel of a weight, or one for the whole weight. */
export type Granularity = 'per-channel' | 'per-tensor';

/** Why a weight stays as it is. */
interface Obstacle {
  readonly reason: string;
}

/** A weight with the parameters of its integers. */
export interface ScaledWeight {
  readonly int8: Int8Scales;
}

/** How a weight is written. */
export interface Decision {
  readonly form: Form;
  readonly size: SizeEstimate;
  readonly int8: Int8Scales;
}

/** How a weight is written, or why it stays. */
export type WeightPlan = Decision | Obstacle;

const axisOf = ({ channelAxis }: WeightGroup, granularity: Granularity) =>
  granularity === 'per-channel' ? channelAxis : undefined;

/** Finds the scales of a weight. Cheap obstacles first; it is read only when nothing else stands in the way. */
export async function scaleWeight(
  group: WeightGroup,
  scaling: WeightScaling,
  scratch: Scratch,
  signal: Context['signal'],
): Promise<ScaledWeight | Obstacle> {
  const { weight, tensor } = group;
  const reader = otherReader(group);
  if (reader !== undefined) return { reason: alsoReadBy(weight.name, reader) };
  const int8 = await scalesOf(tensor, axisOf(group, scaling.granularity), scaling, scratch, signal);
  if (int8 === undefined) return { reason: notFinite(weight.name) };
  return { int8: scaling.reduced ? inSevenBits(int8) : int8 };
}

function scalesOf(
  tensor: Tensor,
  axis: number | undefined,
  { integers, weightObserver }: WeightScaling,
  scratch: Scratch,
  signal: Context['signal'],
): Promise<Int8Scales | undefined> {
  if (integers === 'uint8') return affineScales(tensor, axis, scratch);
  return weightObserver === 'mse' ? mseScales(tensor, axis, scratch, signal) : int8Scales(tensor, axis, scratch);
}

/** How the scales of all weights are found. */
export interface WeightScaling {
  readonly granularity: Granularity;
  /** With uint8, each scale has a zero point of its own, and ends at the extremes whatever the observer. */
  readonly integers: 'int8' | 'uint8';
  readonly weightObserver: Int8Options['weightObserver'];
  /** Whether weights have 7 bits; int8 only. */
  readonly reduced: boolean;
}

/** What decides about the forms of all weights. */
export interface FormRequest {
  readonly activations: Activations;
  readonly opset: number;
  readonly choice: StaticChoice;
  /** Nodes whose weights get two bits more where they are restored. */
  readonly fine: ReadonlySet<Node>;
  readonly scaleRule?: ScaleRule | undefined;
}

/** Opset that has Mod, which takes the two bits more out of their bytes. */
const FINE_OPSET = 10;

/** A restored weight with two bits more; undefined where that is not possible or takes too much room. */
function finePlan(group: WeightGroup, int8: Int8Scales): Decision | undefined {
  if (group.use.kind === 'rows' || !mayBeFine(group.tensor, int8)) return undefined;
  const fine = { ...int8, isFine: true } as const;
  const size = estimateSize(group, 'restored', fine);
  return size.bytesAfter < size.bytesBefore ? { form: 'restored', size, int8: fine } : undefined;
}

/** Decides how a weight is written: in integers where the plan says so, else in the form that its layers run fastest in. */
export async function planWeight(
  group: WeightGroup,
  int8: Int8Scales,
  { activations, opset, choice, fine, scaleRule }: FormRequest,
): Promise<WeightPlan> {
  const isStatic = group.layers.every(({ node }) => choice.plan.nodes.has(node));
  const form = isStatic ? 'static' : chooseForm(group, activations, opset);
  if (opset < REQUIRED_OPSET[form]) return { reason: opsetTooOld(opset) };
  if (form === 'restored' && opset >= FINE_OPSET && group.layers.some(({ node }) => fine.has(node))) {
    const plan = finePlan(group, int8);
    if (plan !== undefined) return plan;
  }
  const size = estimateSize(group, form, int8);
  if (isStatic) {
    const roomy = await withRoomForBiases(group, int8, choice.scales);
    return { form, size, int8: (await scaleRule?.weights(group, roomy, choice)) ?? roomy };
  }
  if (size.bytesAfter < size.bytesBefore) return { form, size, int8 };
  return { reason: wouldGrow(size.bytesBefore, size.bytesAfter) };
}
