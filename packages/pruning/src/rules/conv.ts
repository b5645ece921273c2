import { type Axis, axisSize } from '../axes/axis.js';
import * as reasons from '../reasons.js';
import type { Axes, Operation, Rule } from './operation.js';

/** Splits a channel axis into groups and keeps free either whole groups or the offsets inside every group. */
function grouped(op: Operation, axis: Axis, groups: number, wholeGroups: boolean): Axis {
  const factor = op.dependencies.flatten(axis);
  const size = typeof factor.size === 'number' ? factor.size : groups;
  const [outer, inner] = op.dependencies.split(factor, [groups, size / groups], wholeGroups ? 0 : 1);
  const kept = wholeGroups ? outer : inner;
  return kept === undefined ? [] : [kept];
}

function divides(groups: number, axis: Axis | undefined): boolean {
  return axis !== undefined && Number.isInteger((axisSize(axis) ?? 0) / groups);
}

/** Ties the channels of a convolution with groups whose weight holds all output channels on axis 0. */
function groupedConv(op: Operation, groups: number, channels: Axis, weight: Axes): void {
  const [outputs = [], perGroup = []] = weight;
  const wholeGroups = groups > (axisSize(perGroup) ?? 1);
  const inputs = grouped(op, channels, groups, wholeGroups);
  const blocks = grouped(op, outputs, groups, wholeGroups);
  if (!wholeGroups) {
    op.unify(inputs, perGroup);
    return;
  }
  op.unify(inputs, blocks);
  op.pin(perGroup, reasons.outerPart());
  op.rewriteAttribute('group', (survivors) => ({ int: survivors.count(blocks) }));
}

/** Where the operands of a convolution are. */
interface Operands {
  readonly weight: number;
  /** Operands with one value for each output channel, or one for all. */
  readonly perOutput: readonly number[];
}

/**
 * A convolution: input channels meet the weight's axis 1, output channels are its axis 0. With groups, either whole
 * groups go (depthwise, and wherever there are more groups than channels in one), or the same offsets in every group.
 */
export function convolution(op: Operation, operands: Operands): readonly Axes[] {
  const [data, weight] = [op.input(0), op.input(operands.weight)];
  const [batch = [], channels = []] = data;
  const [outputs = [], perGroup = []] = weight;
  const groups = op.node.int('group', 1);
  if (!divides(groups, channels) && groups > 1) return op.refuse(reasons.unevenGroups(op.node));
  if (!divides(groups, outputs)) return op.refuse(reasons.unevenGroups(op.node));
  if (groups === 1) op.unify(channels, perGroup);
  else groupedConv(op, groups, channels, weight);
  for (const index of operands.perOutput) op.broadcast([outputs, op.inputs[index]?.[0]]);
  op.produces(operands.weight, outputs);
  return [[batch, outputs, ...op.space(data)]];
}

export const conv: Rule = (op) => convolution(op, { weight: 1, perOutput: [2] });

/** DeformConv: as a convolution; where in space to look is computed, for each block of input channels apart. */
export const deformConv: Rule = (op) => {
  for (const index of [2, 4])
    for (const axis of op.inputs[index]?.slice(1) ?? []) op.pin(axis, reasons.spatial(op.node));
  if (op.node.int('offset_group', 1) !== 1) op.pin(op.input(0)[1], reasons.outerPart());
  return convolution(op, { weight: 1, perOutput: [3] });
};
