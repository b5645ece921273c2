import { listed } from './layers.js';
import { type Integers, integersAt } from './operands.js';
import { MICROSOFT, type OperatorRule } from './operator-rule.js';

/** Operators on two values, as Add. */
export const binary: OperatorRule = (node, output) => {
  const left = integersAt(node, 0);
  const right = integersAt(node, 1);
  if (!left || !right || !output) return undefined;
  const inputs = [...listed(left), ...listed(right), output.scale, output.zeroPoint];
  return { opType: `QLinear${node.opType}`, domain: MICROSOFT, inputs };
};

/** Where: QLinearWhere, under the same condition. */
export const where: OperatorRule = (node, output) => {
  const [condition = ''] = node.inputs;
  const left = integersAt(node, 1);
  const right = integersAt(node, 2);
  if (!left || !right || !output) return undefined;
  const inputs = [condition, ...listed(left), ...listed(right), output.scale, output.zeroPoint];
  return { opType: 'QLinearWhere', domain: MICROSOFT, inputs };
};

/** Operators on one value, as Sigmoid and the average pools. */
export const unary: OperatorRule = (node, output) => {
  const value = integersAt(node, 0);
  if (!value || !output) return undefined;
  const inputs = [...listed(value), output.scale, output.zeroPoint];
  return { opType: `QLinear${node.opType}`, domain: MICROSOFT, inputs };
};

/** Softmax: QLinearSoftmax must know which version of Softmax it stands for. */
export const softmax: OperatorRule = (node, output) => {
  const operator = unary(node, output);
  return operator && { ...operator, attributes: { opset: { int: node.graph.model.opset() ?? 13 } } };
};

/** Concat: QLinearConcat. */
export const concat: OperatorRule = (node, output) => {
  const values = node.inputs.map((_, index) => integersAt(node, index));
  const known = values.filter((value): value is Integers => value !== undefined);
  if (!output || known.length < values.length) return undefined;
  const inputs = [output.scale, output.zeroPoint, ...known.flatMap(listed)];
  return { opType: 'QLinearConcat', domain: MICROSOFT, inputs };
};

/** Operators that only move numbers, or choose among them: they work on integers as they are. */
export const movement: OperatorRule = (node, output) => {
  const value = integersAt(node, 0);
  if (!value || value.scale !== output?.scale || value.zeroPoint !== output.zeroPoint) return undefined;
  return { opType: node.opType, inputs: [value.values, ...node.inputs.slice(1)] };
};
