import type { Graph, Model, Node } from '@onnx-compress/graph';
import type { StaticPlan } from '../../placement/static-plan.js';
import { type QuantizedOutput, quantizedOutput } from './operands.js';
import { type IntegerOperator, MICROSOFT } from './operator-rule.js';
import { OPERATOR_RULES } from './operator-rules.js';
import { isRedundant } from './redundant-activation.js';

/**
 * Writes nodes of a plan, as `emitStatic` and `quantizeValues` left them, as operators on integers: QLinearConv,
 * QLinearMatMul, and those of com.microsoft. A node without such an operator stays between DequantizeLinear and
 * QuantizeLinear.
 */
export async function toOperators(model: Model, plan: StaticPlan): Promise<void> {
  const { graph } = model;
  for (const node of graph.nodes) if (plan.nodes.has(node)) await toOperator(node);
  dropUnread(graph);
  const needsDomain = graph.nodes.some(({ domain }) => domain === MICROSOFT);
  if (needsDomain && model.opset(MICROSOFT) === undefined) model.setOpset(MICROSOFT, 1);
}

async function toOperator(node: Node): Promise<void> {
  const outputs = node.outputs.map((_, index) => quantizedOutput(node, index));
  if (!(await haveIntegerForm(outputs))) return;
  const [output] = outputs;
  const operator = OPERATOR_RULES[node.opType]?.(node, output);
  if (operator) write(node, operator, outputs);
}

/** False where the integers do not cut off what an activation function does, or differ in scale among the outputs. */
async function haveIntegerForm(outputs: readonly (QuantizedOutput | undefined)[]): Promise<boolean> {
  const [first] = outputs;
  if (outputs.some((output) => output?.scale !== first?.scale)) return false;
  for (const output of outputs) {
    if (output?.activation && !(await isRedundant(output.activation, output))) return false;
  }
  return true;
}

function write(node: Node, operator: IntegerOperator, outputs: readonly (QuantizedOutput | undefined)[]): void {
  const { opType, domain, inputs, attributes = {} } = operator;
  node.setInputs(inputs);
  node.setOp(opType, domain);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  for (const [index, output] of outputs.entries()) if (output) giveIntegers(node, index, output);
}

/** The node takes the place of the QuantizeLinear behind it, and of the activation function between. */
function giveIntegers(node: Node, index: number, { quantize, activation, values }: QuantizedOutput): void {
  const { graph } = node;
  quantize.setOutput(0, graph.uniqueName(`${values}_unread`));
  graph.removeNode(quantize);
  if (activation) graph.removeNode(activation);
  node.setOutput(index, values);
}

/** DequantizeLinear nodes that fed the operators which now read integers. */
function dropUnread(graph: Graph): void {
  const unread = ({ opType, outputs }: Node) =>
    opType === 'DequantizeLinear' && outputs.every((name) => graph.value(name)?.uses.length === 0);
  const nodes = graph.nodes.filter(unread);
  const scales = nodes.flatMap(({ inputs }) => inputs.slice(1));
  graph.removeNodes(nodes);
  for (const name of new Set(scales)) {
    const weight = graph.value(name)?.weight;
    if (weight?.value.uses.length === 0) weight.graph.removeWeight(weight);
  }
}
