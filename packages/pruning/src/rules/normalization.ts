import * as reasons from '../reasons.js';
import type { Rule } from './operation.js';

/** BatchNormalization, InstanceNormalization: one value per channel of axis 1 in every parameter; exact to slice. */
export const perChannelNormalization: Rule = (op) => {
  const data = op.input(0);
  if (op.node.int('spatial', 1) === 0) return op.refuse(reasons.normalises(op.node));
  const [, channels = []] = data;
  for (const parameter of op.inputs.slice(1)) if (parameter?.[0] !== undefined) op.unify(channels, parameter[0]);
  return op.node.outputs.map((_, index) => (index === 0 ? data : [channels]));
};

/** LayerNormalization: statistics run over all axes from `axis` on. */
export const layerNormalization: Rule = (op) => {
  const data = op.input(0);
  const start = op.axis('axis', -1, data.length);
  for (const axis of data.slice(start)) op.pin(axis, reasons.normalises(op.node));
  for (const axis of op.inputs.slice(1).flatMap((axes) => axes ?? [])) op.pin(axis, reasons.normalises(op.node));
  const statistics = data.map((axis, index) => (index < start ? axis : op.fixedOutput(index, 1)));
  return op.node.outputs.map((_, index) => (index === 0 ? data : statistics));
};

/** GroupNormalization, LRN, MeanVarianceNormalization: statistics over several channels. */
export const channelNormalization: Rule = (op) => {
  const data = op.input(0);
  op.pin(data[1], reasons.normalises(op.node));
  for (const axis of op.inputs.slice(1).flatMap((axes) => axes ?? [])) op.pin(axis, reasons.normalises(op.node));
  return [data];
};
