import { axisSize, fixedAxis, isFree } from '../axes/axis.js';
import * as reasons from '../reasons.js';
import type { Operation, Rule } from './operation.js';

/** True where the positions of maxima go nowhere but back to where they came from. */
function onlyUnpools(op: Operation): boolean {
  const uses = op.node.output(1)?.uses ?? [];
  return uses.every((use) => use.kind === 'input' && use.node.opType === 'MaxUnpool' && use.index === 1);
}

/** MaxPool, AveragePool, LpPool: channels stay, space shrinks. Indices of MaxPool count over all channels. */
export const pool: Rule = (op) => {
  const data = op.input(0);
  const [batch = [], channels = []] = data;
  if (!onlyUnpools(op)) op.pin(channels, reasons.countsOverChannels(op.node));
  const result = [batch, channels, ...op.space(data)];
  return op.node.outputs.map(() => result);
};

/** MaxUnpool: channels stay, those of the indices among them, as long as a channel keeps its size. */
export const maxUnpool: Rule = (op) => {
  const [data, indices] = [op.input(0), op.input(1)];
  const [batch = [], channels = []] = data.map((axis, index) => op.broadcast([axis, indices[index]]));
  const axes = [batch, channels, ...op.space(data)];
  for (const [index, entry] of (op.sizes(2) ?? []).entries()) op.follow(entry, axes[index] ?? []);
  return [axes];
};

/** Global pooling: every axis of space shrinks to 1. */
export const globalPool: Rule = (op) => {
  const data = op.input(0);
  return [[...data.slice(0, 2), ...op.space(data).map(() => fixedAxis(1, reasons.single()))]];
};

/** GridSample, RoiAlign, MaxRoiPool: channels stay; where in space to look is computed. */
export const sampleSpace: Rule = (op) => {
  const [batch = [], channels = []] = op.input(0);
  const places = op.input(1);
  for (const axis of [...op.input(0).slice(2), ...places.slice(1)]) op.pin(axis, reasons.spatial(op.node));
  const [first = []] = places;
  const outer = op.node.opType === 'GridSample' ? op.broadcast([batch, first]) : first;
  const rank = op.outputDims()?.length ?? op.input(0).length;
  return [[outer, channels, ...Array.from({ length: rank - 2 }, (_, index) => op.fixedOutput(index + 2))]];
};

/** Resize, Upsample: an axis that keeps its length keeps its positions; target sizes follow it. */
export const resize: Rule = (op) => {
  const data = op.input(0);
  const sizes = op.sizes(3);
  if (op.node.string('coordinate_transformation_mode') === 'tf_crop_and_resize') {
    return op.refuse(reasons.changesLength(op.node));
  }
  const listed = op.node.ints('axes')?.map((axis) => (axis < 0 ? axis + data.length : axis));
  return [
    data.map((axis, index) => {
      const at = listed === undefined ? index : listed.indexOf(index);
      if (at < 0) return axis;
      const entry = sizes?.[at];
      const stays = isFree(axis) && (entry?.value ?? op.outputDims()?.[index]) === axisSize(axis);
      if (!stays) op.pin(axis, reasons.changesLength(op.node));
      const result = stays ? axis : op.fixedOutput(index);
      if (entry !== undefined) op.follow(entry, result);
      return result;
    }),
  ];
};

/** CenterCropPad: listed axes change their length, the others stay. */
export const centerCropPad: Rule = (op) => {
  const data = op.input(0);
  const listed = op.node.ints('axes')?.map((axis) => (axis < 0 ? axis + data.length : axis)) ?? [...data.keys()];
  return [
    data.map((axis, index) => {
      if (!listed.includes(index)) return axis;
      op.pin(axis, reasons.changesLength(op.node));
      return op.fixedOutput(index);
    }),
  ];
};
