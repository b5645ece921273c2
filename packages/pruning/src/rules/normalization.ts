import { type Axis, axisSize, fixedFactor } from '../axes/axis.js';
import * as reasons from '../reasons.js';
import type { Axes, Operation, Rule } from './operation.js';

/** Ties the parameters, one value per channel, to the channels. */
function tieParameters(op: Operation, channels: Axis): void {
  for (const parameter of op.inputs.slice(1)) if (parameter?.[0] !== undefined) op.unify(channels, parameter[0]);
}

/** BatchNormalization: one value per channel of axis 1 in every parameter; exact to slice. */
export const batchNormalization: Rule = (op) => {
  const data = op.input(0);
  if (op.node.int('spatial', 1) === 0) return op.refuse(reasons.normalises(op.node));
  const [, channels = []] = data;
  tieParameters(op, channels);
  return op.node.outputs.map((_, index) => (index === 0 ? data : [channels]));
};

/** InstanceNormalization: statistics of each channel of axis 1 over all axes behind it. */
export const instanceNormalization: Rule = (op) => {
  const data = op.input(0);
  op.normalises(data.slice(2));
  tieParameters(op, data[1] ?? []);
  return [data];
};

/** Lays parameters over the last axes of what they scale or shift. */
export function tieTrailing(op: Operation, data: Axes, parameters: readonly (Axes | undefined)[]): void {
  for (const axes of parameters) {
    for (const [index, axis] of (axes ?? []).entries()) {
      op.broadcast([data[index - (axes?.length ?? 0) + data.length], axis]);
    }
  }
}

/** LayerNormalization, RMSNormalization: statistics run over all axes from `axis` on. */
export const layerNormalization: Rule = (op) => {
  const data = op.input(0);
  const start = op.axis('axis', -1, data.length);
  op.normalises(data.slice(start));
  tieTrailing(op, data, op.inputs.slice(1));
  const statistics = data.map((axis, index) => (index < start ? axis : op.fixedOutput(index, 1)));
  return op.node.outputs.map((_, index) => (index === 0 ? data : statistics));
};

/**
 * GroupNormalization: whole groups go, since the statistics of one group know nothing of the others. Parameters have
 * one value per channel, before opset 21 one per group.
 */
export const groupNormalization: Rule = (op) => {
  const data = op.input(0);
  const [batch = [], channels = []] = data;
  const groups = op.node.int('num_groups', 1);
  const perGroup = (axisSize(channels) ?? 0.5) / groups;
  if (!Number.isInteger(perGroup)) return op.refuse(reasons.unevenGroups(op.node));
  const [outer] = op.dependencies.split(op.dependencies.flatten(channels), [groups, perGroup], 0);
  if (outer === undefined) return op.refuse(reasons.unevenGroups(op.node));
  const grouped = [outer, fixedFactor(perGroup, reasons.outerPart())];
  for (const [parameter = []] of op.inputs.slice(1).map((axes) => axes ?? [])) {
    op.unify(parameter, axisSize(parameter) === groups ? [outer] : grouped);
  }
  if (outer.atoms !== undefined) op.rewriteAttribute('num_groups', (survivors) => ({ int: survivors.count([outer]) }));
  return [[batch, grouped, ...data.slice(2)]];
};

/** LRN: every channel is divided by a sum over its neighbours. */
export const localResponse: Rule = (op) => {
  op.pin(op.input(0)[1], reasons.mixesChannels(op.node));
  return [op.input(0)];
};

/** MeanVarianceNormalization: statistics over the listed axes. */
export const meanVariance: Rule = (op) => {
  const data = op.input(0);
  const axes = op.node.ints('axes') ?? [0, 2, 3];
  op.normalises(data.filter((_, index) => axes.includes(index) || axes.includes(index - data.length)));
  return [data];
};
