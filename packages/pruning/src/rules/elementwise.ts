import { axisSize } from '../axes/axis.js';
import * as reasons from '../reasons.js';
import type { Operation, Rule } from './operation.js';

/** The input, among constants, that the others are spread over: a weight times its scales. */
function scaledConstant(op: Operation): number | undefined {
  if (!op.inputs.every((_, index) => op.isConstant(index))) return undefined;
  const sizes = op.inputs.map((axes) => axisSize((axes ?? []).flat()) ?? 0);
  return sizes.indexOf(Math.max(...sizes));
}

/** Any number of inputs, broadcast to each other from the last axis on. */
export const broadcasting: Rule = (op) => {
  if (op.node.domain === '' && op.opset < 7 && (op.node.hasAttribute('axis') || op.node.int('broadcast', 0) !== 0)) {
    return op.refuse(reasons.oldBroadcast(op.node));
  }
  const scaled = scaledConstant(op);
  if (scaled !== undefined) op.keepsElementsOf(scaled);
  const shapes = [op.inputs[scaled ?? -1], ...op.inputs].filter((axes) => axes !== undefined);
  const rank = Math.max(...shapes.map((axes) => axes.length));
  const common = Array.from({ length: rank }, (_, index) =>
    op.broadcast(shapes.map((axes) => axes[index - rank + axes.length])),
  );
  return [common];
};

/** One value in, one value out, position by position; further inputs are scalars, further outputs of the same shape. */
export const unary: Rule = (op) => op.node.outputs.map(() => op.input(0));

/** As `unary`, and the output of a constant counts as the constant. */
export const passThrough: Rule = (op) => {
  op.keepsElementsOf(0);
  return unary(op);
};
