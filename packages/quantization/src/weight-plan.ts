import type { Context } from '@onnx-compress/core';
import type { Scratch } from '@onnx-compress/graph';
import { withRoomForBiases } from './emission/static/room-for-biases.js';
import type { Int8Options } from './int8-options.js';
import { alsoReadBy, notFinite, opsetTooOld, wouldGrow } from './messages.js';
import { type Activations, chooseForm, type Form, REQUIRED_OPSET } from './placement/choose-form.js';
import { estimateSize, type SizeEstimate } from './placement/size-estimate.js';
import { otherReader, type WeightGroup } from './placement/weight-group.js';
import type { StaticChoice } from './static-choice.js';
import { type Int8Scales, int8Scales } from './weights/int8-weight.js';
import { mseScales } from './weights/mse-scales.js';
import { inSevenBits } from './weights/reduced-range.js';

/** One scale for each output channel of a weight, or one for the whole weight. */
export type Granularity = 'per-channel' | 'per-tensor';

/** Why a weight stays as it is. */
interface Obstacle {
  readonly reason: string;
}

/** A weight with its int8 parameters. */
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
  { granularity, weightObserver, reduced }: WeightScaling,
  scratch: Scratch,
  signal: Context['signal'],
): Promise<ScaledWeight | Obstacle> {
  const { weight, tensor } = group;
  const reader = otherReader(group);
  if (reader !== undefined) return { reason: alsoReadBy(weight.name, reader) };
  const axis = axisOf(group, granularity);
  const int8 = await (weightObserver === 'mse'
    ? mseScales(tensor, axis, scratch, signal)
    : int8Scales(tensor, axis, scratch));
  if (int8 === undefined) return { reason: notFinite(weight.name) };
  return { int8: reduced ? inSevenBits(int8) : int8 };
}

/** How the scales of all weights are found. */
export interface WeightScaling {
  readonly granularity: Granularity;
  readonly weightObserver: Int8Options['weightObserver'];
  /** Whether weights have 7 bits. */
  readonly reduced: boolean;
}

/** What decides about the forms of all weights. */
export interface FormRequest {
  readonly activations: Activations;
  readonly opset: number;
  readonly choice: StaticChoice;
}

/** Decides how a weight is written: in integers where the plan says so, else in the form that its layers run fastest in. */
export async function planWeight(
  group: WeightGroup,
  int8: Int8Scales,
  { activations, opset, choice }: FormRequest,
): Promise<WeightPlan> {
  const isStatic = group.layers.every(({ node }) => choice.plan.nodes.has(node));
  const form = isStatic ? 'static' : chooseForm(group, activations, opset);
  if (opset < REQUIRED_OPSET[form]) return { reason: opsetTooOld(opset) };
  const size = estimateSize(group, form, int8.scales.length);
  if (isStatic) return { form, size, int8: await withRoomForBiases(group, int8, choice.scales) };
  if (size.bytesAfter < size.bytesBefore) return { form, size, int8 };
  return { reason: wouldGrow(size.bytesBefore, size.bytesAfter) };
}
