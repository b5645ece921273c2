import { type Axis, axisSize, fixedFactor } from '../axes/axis.js';
import * as reasons from '../reasons.js';
import type { Operation, Rule } from './operation.js';

/** Output channels and the weight axis they are computed along, for a weight [inputs, outputs per group, ...]. */
interface Outputs {
  readonly channels: Axis;
  readonly along: Axis;
}

function groupedOutputs(op: Operation, groups: number, inputs: Axis, perGroup: Axis): Outputs {
  const inputsPerGroup = (axisSize(inputs) ?? groups) / groups;
  const wholeGroups = groups > inputsPerGroup;
  const factor = op.dependencies.flatten(inputs);
  const [outer] = op.dependencies.split(factor, [groups, inputsPerGroup], wholeGroups ? 0 : 1);
  if (!wholeGroups || outer === undefined) {
    return { channels: [fixedFactor(groups, reasons.outerPart()), ...perGroup], along: perGroup };
  }
  op.pin(perGroup, reasons.outerPart());
  op.rewriteAttribute('group', (survivors) => ({ int: survivors.count([outer]) }));
  return { channels: [outer, fixedFactor(axisSize(perGroup), reasons.outerPart())], along: inputs };
}

/** ConvTranspose: input channels meet the weight's axis 0, output channels are its axis 1. */
export const convTranspose: Rule = (op) => {
  const [data, weight, bias] = [op.input(0), op.input(1), op.inputs[2]];
  const [batch = [], channels = []] = data;
  const [inputs = [], perGroup = []] = weight;
  const groups = op.node.int('group', 1);
  if (!Number.isInteger((axisSize(inputs) ?? 0.5) / groups)) return op.refuse(reasons.unevenGroups(op.node));
  op.unify(channels, inputs);
  const outputs = groups === 1 ? { channels: perGroup, along: perGroup } : groupedOutputs(op, groups, inputs, perGroup);
  if (bias?.[0] !== undefined) op.unify(bias[0], outputs.channels);
  op.produces(1, outputs.along);
  return [[batch, outputs.channels, ...op.space(data)]];
};
