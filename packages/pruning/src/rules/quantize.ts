import * as reasons from '../reasons.js';
import type { Rule } from './operation.js';

/**
 * QuantizeLinear, DequantizeLinear: positions stay; scales and zero points per channel go with their channel. A weight
 * with one scale is ranked by its integers; one with a scale per channel is not ranked.
 */
export const quantizeLinear: Rule = (op) => {
  const data = op.input(0);
  if (op.node.int('block_size', 0) !== 0) return op.refuse(reasons.movesPositions(op.node));
  if (op.inputs[1]?.every(([factor]) => factor?.size === 1)) op.keepsElementsOf(0);
  const axis = data[op.axis('axis', 1, data.length)];
  for (const parameter of op.inputs.slice(1)) {
    if (axis !== undefined && parameter?.[0] !== undefined) op.broadcast([axis, parameter[0]]);
  }
  return [data];
};
