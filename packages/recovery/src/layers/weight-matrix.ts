import { elementCount, floatsToTensor, readFloats } from '@onnx-compress/graph';
import { isFloat } from './float-type.js';
import type { LinearLayer } from './linear-layer.js';

/** Where a row and a column of the weight matrix lie in the tensor, and what its numbers are multiplied by. */
interface Layout {
  readonly rowStride: number;
  readonly channelStride: number;
  readonly positions: number;
  readonly factor: number;
}

function layoutOf({ node, weight, contraction, kernel }: LinearLayer): Layout {
  const positions = elementCount(kernel);
  const second = (weight.tensor.dims[1] ?? 1) * positions;
  const outputsFirst = contraction.outputAxis === 0;
  return {
    rowStride: outputsFirst ? second : positions,
    channelStride: outputsFirst ? positions : second,
    positions,
    factor: node.opType === 'Gemm' ? node.float('alpha', 1) : 1,
  };
}

/** Goes through the matrix row by row; tells where each number lies in the tensor. */
function eachElement(
  { outputs, inputs, columns }: LinearLayer,
  layout: Layout,
  visit: (at: number, from: number) => void,
) {
  const { rowStride, channelStride, positions } = layout;
  for (let row = 0; row < outputs; row++) {
    for (let channel = 0; channel < inputs; channel++) {
      const at = row * columns + channel * positions;
      const from = row * rowStride + channel * channelStride;
      for (let position = 0; position < positions; position++) visit(at + position, from + position);
    }
  }
}

/**
 * The weight of a layer as a matrix: one row for each output channel, `layer.columns` numbers in it, input channel after
 * input channel of its group and in each the kernel positions in row-major order. The factor of a Gemm is multiplied in,
 * so that matrix times input is what the layer computes before its bias.
 */
export async function readWeightMatrix(layer: LinearLayer): Promise<Float64Array> {
  const layout = layoutOf(layer);
  const values = await readFloats(layer.weight.tensor);
  const matrix = new Float64Array(layer.outputs * layer.columns);
  eachElement(layer, layout, (at, from) => {
    matrix[at] = (values[from] ?? 0) * layout.factor;
  });
  return matrix;
}

/** Gives a layer another weight matrix, in the type of the old one; other readers of the old weight keep it. */
export function writeWeightMatrix(layer: LinearLayer, matrix: Float64Array): void {
  const { node, weight } = layer;
  const { dims, dataType } = weight.tensor;
  if (!isFloat(dataType)) return;
  const layout = layoutOf(layer);
  const values = new Float32Array(matrix.length);
  eachElement(layer, layout, (at, from) => {
    values[from] = (matrix[at] ?? 0) / layout.factor;
  });
  const tensor = floatsToTensor(dataType, dims, values);
  if (node.input(1) === weight.value && weight.value.uses.length === 1) {
    weight.replace(tensor);
    return;
  }
  const { graph } = node;
  node.setInput(1, graph.addWeight(graph.uniqueName(`${weight.name}_repaired`), tensor).value);
}
