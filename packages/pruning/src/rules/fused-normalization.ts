import type { Axis } from '../axes/axis.js';
import * as reasons from '../reasons.js';
import { tieTrailing } from './normalization.js';
import type { Operation, Rule } from './operation.js';

/** A sum of inputs, normalized over its last axis. Outputs: the result, two statistics, the sum. */
function skipNormalization(op: Operation, parameters: readonly number[]): readonly (readonly Axis[])[] {
  const [data, skip] = [op.input(0), op.input(1)];
  const sum = data.map((axis, index) => op.broadcast([axis, skip[index - data.length + skip.length]]));
  op.normalises(sum.slice(-1));
  tieTrailing(
    op,
    sum,
    parameters.map((input) => op.inputs[input]),
  );
  const statistics = sum.map((axis, index) => (index < sum.length - 1 ? axis : op.fixedOutput(index, 1)));
  return op.node.outputs.map((_, index) => (index === 0 || index === 3 ? sum : statistics));
}

/** SkipLayerNormalization: inputs input, skip, gamma, beta, bias. */
export const skipLayerNormalization: Rule = (op) => skipNormalization(op, [2, 3, 4]);

/** SkipSimplifiedLayerNormalization: inputs input, skip, gamma, bias. */
export const skipSimplifiedLayerNormalization: Rule = (op) => skipNormalization(op, [2, 3]);

/** EmbedLayerNormalization: rows of up to three tables, added and normalized over the last axis. */
export const embedLayerNormalization: Rule = (op) => {
  const tables = [2, 3, 4].flatMap((input) => op.inputs[input]?.slice(1) ?? []);
  const vectors = [5, 6].flatMap((input) => op.inputs[input] ?? []);
  const channels = op.broadcast([...tables, ...vectors]);
  op.normalises([channels]);
  for (const input of [2, 3, 4]) op.pin(op.inputs[input]?.[0], reasons.indexed(op.node));
  const embedded = [...op.input(0), channels];
  return op.node.outputs.map((_, index) => (index === 1 ? op.input(0).slice(0, 1) : embedded));
};
