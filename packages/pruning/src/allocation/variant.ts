import type { Model, Node } from '@onnx-compress/graph';
import { addToBias, linearLayer, type Replacement, writeWeightMatrix } from '@onnx-compress/recovery';

/** A copy of a model in which some linear layers have other weights; all else is shared with the model. */
export async function variantOf(model: Model, replacements: ReadonlyMap<Node, Replacement>): Promise<Model> {
  const copy = model.clone();
  const nodes = [...copy.graph.nodes];
  for (const [index, node] of model.graph.nodes.entries()) {
    const replacement = replacements.get(node);
    const own = nodes[index];
    const layer = own && linearLayer(own);
    if (replacement === undefined || layer === undefined) continue;
    const { dataType } = layer.weight.tensor;
    writeWeightMatrix(layer, replacement.weights);
    await addToBias(layer.node, dataType, replacement.shift);
  }
  return copy;
}
