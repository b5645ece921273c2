import {
  dropStaleShapes,
  type Graph,
  type Model,
  type Node,
  type ShapeTable,
  weightBehind,
} from '@onnx-compress/graph';
import { castTarget } from '../../emission/float-type.js';
import type { HalfConstants } from './half-constants.js';
import { type HalfOperator, takesAnyWidth } from './half-operators.js';
import type { HalfPlan } from './half-plan.js';
import { halfOutputs, ValueForms, type Width } from './value-forms.js';

/**
 * Rewrites a model so that the nodes of the plan compute in float16: their constants become float16, Casts stand where
 * a value goes between them and the rest. Bodies of If, Loop and Scan keep their signature.
 *
 * @param borders type of the float inputs and outputs of the model
 */
export function convertGraph(
  model: Model,
  { nodes }: HalfPlan,
  table: ShapeTable,
  constants: HalfConstants,
  borders: Width,
): void {
  const forms = new ValueForms(table);
  const original = [...model.nodes()].filter(({ constant }) => constant === undefined);
  if (borders === 'float16') halveInputs(model.graph, forms);
  for (const [node, operator] of nodes) for (const value of halfOutputs(node, operator, forms)) forms.setHalf(value);
  for (const graph of model.walk()) settleOutputs(graph, forms, borders);
  for (const node of original) connect(node, nodes.get(node), forms, constants);
  dropStaleShapes(model);
}

function halveInputs(graph: Graph, forms: ValueForms): void {
  for (const input of graph.inputs.filter((value) => forms.isFloat(value))) {
    graph.setInputType(input, { dims: input.declared?.dims, dataType: 'float16' });
    forms.setHalf(input);
  }
}

function settleOutputs(graph: Graph, forms: ValueForms, borders: Width): void {
  const { outputs } = graph;
  const width = graph.kind === 'main' ? borders : 'float32';
  for (const value of outputs.filter((output) => forms.isFloat(output))) forms.settleOutput(value, width);
  if (width === 'float32') return;
  const types = outputs.map((value) => value.declared);
  graph.setOutputs([]);
  for (const [index, value] of outputs.entries()) {
    const halved = forms.isFloat(value) && value.weight === undefined;
    graph.addOutput(value, { ...types[index], ...(halved && { dataType: 'float16' }) });
  }
}

/** Connects the inputs of a node to values of the type that it reads. */
function connect(node: Node, operator: HalfOperator | undefined, forms: ValueForms, constants: HalfConstants): void {
  for (const [index, name] of node.inputs.entries()) {
    const value = node.input(index);
    if (!forms.isFloat(value) || takesAnyWidth(node)) continue;
    const width = operator === undefined || operator.float32Inputs.includes(index) ? 'float32' : 'float16';
    const weight = weightBehind(value);
    const wanted = width === 'float16' && weight ? constants.of(weight).name : forms.in(width, value);
    if (wanted !== name) node.setInput(index, wanted);
  }
  const code = castTarget('float16');
  if (operator && node.opType === 'Cast' && code !== undefined) node.setAttribute('to', { int: code });
}
