import { createModel, type Model, type Node, type Value, type Weight } from '@onnx-compress/graph';
import { copyOf } from './copy-node.js';

/** An IR version in which initializers need not be inputs. */
const IR_VERSION = 8;

/** A model without inputs that computes `outputs` from constants, with nodes of another model. */
export function regionModel(
  source: Model,
  nodes: readonly Node[],
  weights: ReadonlyMap<Value, Weight>,
  outputs: readonly Value[],
): Model {
  const opset = source.opset();
  const model = createModel({
    ...(opset === undefined ? {} : { opset }),
    irVersion: Math.max(IR_VERSION, source.irVersion),
    inputs: [],
    outputs: outputs.map(({ name }) => ({ name })),
  });
  for (const [value, weight] of weights) model.graph.addWeight(value.name, weight.tensor);
  for (const node of nodes) model.graph.addNode(copyOf(node));
  return model;
}
