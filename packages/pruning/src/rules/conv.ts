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

/**
 * Conv: input channels meet the weight's axis 1, output channels are its axis 0. With groups, either whole groups go
 * (depthwise, and wherever there are more groups than channels in one), or the same offsets in every group.
 */
export const conv: Rule = (op) => {
  const [data, weight, bias] = [op.input(0), op.input(1), op.inputs[2]];
  const [batch = [], channels = []] = data;
  const [outputs = [], perGroup = []] = weight;
  const groups = op.node.int('group', 1);
  if (!divides(groups, channels) && groups > 1) return op.refuse(reasons.unevenGroups(op.node));
  if (!divides(groups, outputs)) return op.refuse(reasons.unevenGroups(op.node));
  if (groups === 1) op.unify(channels, perGroup);
  else groupedConv(op, groups, channels, weight);
  if (bias?.[0] !== undefined) op.unify(bias[0], outputs);
  op.produces(1, outputs);
  return [[batch, outputs, ...data.slice(2).map((_, index) => op.fixedOutput(index + 2))]];
};
