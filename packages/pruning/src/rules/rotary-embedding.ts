import { axisSize } from '../axes/axis.js';
import * as reasons from '../reasons.js';
import { rewriteHeads, splitHeads, withHeadSize } from './fused-heads.js';
import type { Operation, Rule } from './operation.js';

/** Number of heads of an operand [batch, length, heads x size]. */
function headCount(op: Operation, channels: number | undefined): number | undefined {
  const given = op.node.int('num_heads', 0);
  if (given > 0) return given;
  const rotated = [1, 2, 3].flatMap((input) => op.inputs[input]?.at(-1) ?? []);
  const half = Math.max(0, ...rotated.map((factor) => axisSize([factor]) ?? 0));
  return channels === undefined || half === 0 ? undefined : channels / (2 * half);
}

/** RotaryEmbedding: rotates pairs of channels in every head; heads may go, the channels of a head stay. */
export const rotaryEmbedding: Rule = (op) => {
  const data = op.input(0);
  if (data.length === 4) {
    op.pin(data[3], reasons.movesPositions(op.node));
    return [data];
  }
  const count = headCount(op, axisSize(data[2] ?? []));
  const heads = count === undefined ? undefined : splitHeads(op, data[2] ?? [], count);
  if (heads === undefined) return op.refuse(reasons.fixedHeads(op.node));
  if (op.node.int('num_heads', 0) > 0) rewriteHeads(op, 'num_heads', heads);
  return [[...data.slice(0, 2), withHeadSize(heads, heads.size)]];
};
