import { type Node, present, readFloats, weightBehind } from '@onnx-compress/graph';
import { integersAt } from '../../emission/operators/operands.js';
import { biasBehind, resultBehind, valueAt } from './read-values.js';
import type { IntegerConstant, LayerSite } from './site.js';

/** Conv, Gemm or MatMul on integers; undefined where its constants have another form. */
export async function readLayer(node: Node): Promise<LayerSite | undefined> {
  const data = await valueAt(node, 0);
  const weight = constantAt(node, 1);
  if (data === undefined || weight?.tensor.dataType !== 'int8' || !isPlain(node, weight)) return undefined;
  const behind = node.opType === 'MatMul' ? biasBehind(node) : undefined;
  const bias = behind ? constantAt(behind.add, behind.index) : constantAt(node, 2);
  if (node.inputs[2] && bias?.tensor.dataType !== 'int32') return undefined;
  const last = behind?.add ?? node;
  return {
    ...{ kind: 'layer', node, data, weight, bias },
    weightScales: await scalesOf(node),
    biasNode: behind?.add,
    result: await resultBehind(node, behind?.add),
    floats: present(last.output(0), `output of ${last.label}`),
  };
}

function constantAt(node: Node, index: number): IntegerConstant | undefined {
  const weight = weightBehind(node.graph.value(integersAt(node, index)?.values ?? ''));
  return weight && { name: weight.name, tensor: weight.tensor };
}

/** True for a matrix or a convolution that adds nothing to the product by itself. */
function isPlain(node: Node, { tensor }: IntegerConstant): boolean {
  if (node.opType === 'Conv') return true;
  const isProduct = node.float('alpha', 1) === 1 && node.float('beta', 1) === 1 && node.int('transA', 0) === 0;
  return tensor.dims.length === 2 && isProduct;
}

async function scalesOf(node: Node): Promise<Float32Array> {
  const name = integersAt(node, 1)?.scale ?? '';
  return readFloats(present(weightBehind(node.graph.value(name)), `scales of ${node.label}`).tensor);
}
