import { axisSize, fixedAxis, isFree } from '../axes/axis.js';
import * as reasons from '../reasons.js';
import type { Rule } from './operation.js';

/** MaxPool, AveragePool, LpPool: channels stay, space shrinks. Indices of MaxPool count over all channels. */
export const pool: Rule = (op) => {
  const data = op.input(0);
  if (op.node.outputs.length > 1) op.pin(data[1], reasons.movesPositions(op.node));
  const result = data.map((axis, index) => (index < 2 ? axis : op.fixedOutput(index)));
  return op.node.outputs.map(() => result);
};

/** Global pooling: every axis of space shrinks to 1. */
export const globalPool: Rule = (op) => [
  op.input(0).map((axis, index) => (index < 2 ? axis : fixedAxis(1, reasons.single()))),
];

/** Resize, Upsample: an axis that keeps its length keeps its positions; target sizes follow it. */
export const resize: Rule = (op) => {
  const data = op.input(0);
  const sizes = op.sizes(3);
  const crops = op.node.string('coordinate_transformation_mode') === 'tf_crop_and_resize';
  if (crops || op.node.hasAttribute('axes')) return op.refuse(reasons.movesPositions(op.node));
  return [
    data.map((axis, index) => {
      const entry = sizes?.[index];
      const stays = isFree(axis) && (entry?.value ?? op.outputDims()?.[index]) === axisSize(axis);
      if (!stays) op.pin(axis, reasons.movesPositions(op.node));
      const result = stays ? axis : op.fixedOutput(index);
      if (entry !== undefined) op.follow(entry, result);
      return result;
    }),
  ];
};

/** Pad: axes without padding stay; amounts that are computed from lengths stay too. */
export const pad: Rule = (op) => {
  const data = op.input(0);
  const pads = op.integers(op.node.hasAttribute('paddings') ? 'paddings' : 'pads', 1);
  for (const entry of pads ?? [])
    if (entry.sources.length > 0) op.follow(entry, fixedAxis(entry.value, reasons.padsChannels(op.node)));
  const axes = op.has('axes', 3) ? op.integers('axes', 3)?.map(({ value }) => value) : [...data.keys()];
  const padding = (index: number) => {
    const at = axes?.findIndex((value) => value === index || value === index - data.length) ?? Number.NaN;
    if (at < 0) return 0;
    const [before, after] = [pads?.[at]?.value, pads?.[at + (axes?.length ?? 0)]?.value];
    return before === 0 && after === 0 ? 0 : 1;
  };
  return [
    data.map((axis, index) => {
      if (padding(index) === 0) return axis;
      op.pin(axis, reasons.padsChannels(op.node));
      return op.fixedOutput(index);
    }),
  ];
};

/** DepthToSpace, SpaceToDepth: channels and space change places. */
export const depthToSpace: Rule = (op) => {
  const [batch = [], channels] = op.input(0);
  op.pin(channels, reasons.movesPositions(op.node));
  return [[batch, ...[1, 2, 3].map((index) => op.fixedOutput(index, 0, reasons.movesPositions(op.node)))]];
};
