import { axisSize, fixedFactor } from '../axes/axis.js';
import * as reasons from '../reasons.js';
import type { Rule } from './operation.js';

/** DepthToSpace: an output channel is made of a block of input channels, neighbours in mode CRD, equally far apart in DCR. */
export const depthToSpace: Rule = (op) => {
  const [batch = [], channels = []] = op.input(0);
  const block = op.node.int('blocksize', 1) ** 2;
  const count = (axisSize(channels) ?? Number.NaN) / block;
  if (!Number.isInteger(count)) return op.refuse(reasons.unknownSizes(op.node));
  if (count === 1) op.pin(channels, reasons.oneChannelLeft(op.node));
  const factor = op.dependencies.flatten(channels);
  const innermost = op.node.string('mode', 'DCR') === 'CRD';
  const parts = op.dependencies.split(factor, innermost ? [count, block] : [block, count], innermost ? 0 : 1);
  const kept = parts.slice(innermost ? 0 : 1).slice(0, 1);
  return [[batch, kept, op.fixedOutput(2), op.fixedOutput(3)]];
};

/** SpaceToDepth: each input channel becomes as many output channels as a block has positions, equally far apart. */
export const spaceToDepth: Rule = (op) => {
  const [batch = [], channels = []] = op.input(0);
  const block = fixedFactor(op.node.int('blocksize', 1) ** 2, reasons.outerPart());
  return [[batch, [block, ...channels], op.fixedOutput(2), op.fixedOutput(3)]];
};

/** Col2Im: the columns of a channel are neighbours, one for each position of the block. */
export const columnsToImage: Rule = (op) => {
  const [batch = [], columns = []] = op.input(0);
  const [, count] = op.outputDims() ?? [];
  const block = (axisSize(columns) ?? Number.NaN) / (typeof count === 'number' ? count : Number.NaN);
  if (typeof count !== 'number' || !Number.isInteger(block)) return op.refuse(reasons.unknownSizes(op.node));
  if (count === 1) op.pin(columns, reasons.oneChannelLeft(op.node));
  const [channels] = op.dependencies.split(op.dependencies.flatten(columns), [count, block], 0);
  const space = op.outputDims()?.slice(2) ?? [];
  return [[batch, channels === undefined ? [] : [channels], ...space.map((_, index) => op.fixedOutput(index + 2))]];
};
