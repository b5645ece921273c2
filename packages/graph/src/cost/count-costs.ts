import type { Model } from '../model/model.js';
import { SparseTensor } from '../model/sparse-tensor.js';
import type { ShapeTable } from '../shapes/shape-table.js';
import { elementCount } from '../tensor/element-count.js';
import type { Tensor } from '../tensor/tensor.js';
import { countMacs, sum } from './count-macs.js';
import { dimsReader } from './known-dims.js';

/** What a model weighs and what one run of it multiplies. */
export interface Costs {
  /** Elements of all constants, see {@link countCosts}. */
  readonly parameters: number;
  /** Bytes of all constants as ONNX raw_data, without names and structure. */
  readonly weightBytes: number;
  /** The same by data type, only those that occur. */
  readonly weightBytesByDtype: Readonly<Record<string, number>>;
  /** Multiply-accumulates of one run at the shapes given. */
  readonly macs: number;
  /** Operator calls in all scopes, Constant nodes included. */
  readonly nodes: number;
  /** Labels of the nodes that multiply but whose shapes are not known; `macs` lacks them. */
  readonly unknownMacs: readonly string[];
}

/**
 * Counts parameters, weight bytes and multiply-accumulates of a whole model: main graph, subgraphs, functions.
 *
 * Parameters are the elements of every constant, whether an initializer or a Constant node, each once however many
 * nodes share it. Shape constants, scales and zero points are among them: what the file stores is what is counted.
 * Sparse constants count with their dense elements, and with the bytes that the file really holds.
 *
 * One MAC is one multiplication and addition of Conv, ConvTranspose, Gemm, MatMul, Einsum, attention, LSTM, GRU or
 * RNN; their quantized and fused forms count as the float form. Bias, activation, normalization and elementwise
 * operators are not counted. Of an If only the branch with more MACs counts; the body of a Loop or Scan and the body
 * of a model-local function count once, however often they run.
 *
 * @param shapes of the values, with the sizes assumed for symbolic dimensions; a symbol without one is unknown.
 * @example
 * const { parameters, macs, unknownMacs } = countCosts(model, shapes);
 */
export function countCosts(model: Model, shapes: ShapeTable): Costs {
  const dimsOf = dimsReader(shapes);
  const { macs, unknown } = sum([model.graph, ...model.functions].map((graph) => countMacs(graph, dimsOf)));
  const nodes = [...model.walk()].reduce((total, graph) => total + graph.nodes.length, 0);
  return { ...countWeights(model), macs, nodes, unknownMacs: unknown };
}

function countWeights(model: Model): Pick<Costs, 'parameters' | 'weightBytes' | 'weightBytesByDtype'> {
  const weightBytesByDtype: Record<string, number> = {};
  let parameters = 0;
  let weightBytes = 0;
  for (const { tensor } of model.weights()) {
    const bytes = storedBytes(tensor);
    parameters += elementCount(tensor.dims);
    weightBytes += bytes;
    weightBytesByDtype[tensor.dataType] = (weightBytesByDtype[tensor.dataType] ?? 0) + bytes;
  }
  return { parameters, weightBytes, weightBytesByDtype };
}

function storedBytes(tensor: Tensor): number {
  return tensor instanceof SparseTensor ? tensor.storedLength : tensor.byteLength;
}
