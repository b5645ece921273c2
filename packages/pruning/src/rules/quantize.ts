import { type Axis, axisSize } from '../axes/axis.js';
import * as reasons from '../reasons.js';
import type { Axes, Operation, Rule } from './operation.js';

/** Ties the positions of an axis that share a scale: whole blocks of them go with their scale. */
function followBlocks(op: Operation, axis: Axis, scales: Axis, block: number): void {
  const blocks = axisSize(scales);
  if (blocks === undefined || axisSize(axis) !== blocks * block) {
    op.pin(axis, reasons.unevenBlocks(op.node));
    op.pin(scales, reasons.unevenBlocks(op.node));
    return;
  }
  const [kept] = op.dependencies.split(op.dependencies.flatten(axis), [blocks, block], 0);
  op.unify(kept === undefined ? [] : [kept], scales);
}

function blocked(op: Operation, data: Axes, at: number, block: number): void {
  for (const parameter of op.inputs.slice(1)) {
    for (const [index, axis] of data.entries()) {
      const scales = parameter?.[index];
      if (scales === undefined) continue;
      if (index === at) followBlocks(op, axis, scales, block);
      else op.broadcast([axis, scales]);
    }
  }
}

/**
 * QuantizeLinear, DequantizeLinear: positions stay; scales and zero points per channel go with their channel, those of
 * blocks with their block.
 */
export const quantizeLinear: Rule = (op) => {
  const data = op.input(0);
  const at = data.length === 1 ? 0 : op.axis('axis', 1, data.length);
  const block = op.node.int('block_size', 0);
  op.keepsElementsOf(0);
  if (block > 0) blocked(op, data, at, block);
  else for (const parameter of op.inputs.slice(1)) op.broadcast([data[at], parameter?.[0]]);
  return [data];
};

/** DynamicQuantizeLinear: positions stay; one scale and one zero point for all. */
export const dynamicQuantizeLinear: Rule = (op) => [op.input(0), [], []];
