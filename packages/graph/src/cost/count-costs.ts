import type { Model } from '../model/model.js';
import type { ShapeTable } from '../shapes/shape-table.js';
import { elementCount } from '../tensor/element-count.js';
import { activationPeak } from './activation-peak.js';
import type { ConstantUse } from './constants/constant-uses.js';
import type { Role } from './constants/role.js';
import { countMacs, macsByRule, sum } from './count-macs.js';
import { findLayers, type LayerCosts, layerCosts } from './layers/layer-costs.js';
import { storedBytes } from './stored-bytes.js';

/** What a model weighs and what one run of it multiplies. */
export interface Costs {
  /** Elements of all constants, see {@link countCosts}. */
  readonly parameters: number;
  /** Those that papers call weights: without biases, normalization, scales and zero points, shapes and indices. */
  readonly weights: number;
  /** Elements of all constants by what they are there for; packed weights with the elements that they stand for. */
  readonly elementsByRole: Readonly<Record<Role, number>>;
  /** Bytes of all constants as ONNX raw_data, without names and structure. */
  readonly weightBytes: number;
  /** The same by data type, only those that occur. */
  readonly weightBytesByDtype: Readonly<Record<string, number>>;
  /** Multiply-accumulates of one run at the shapes given. */
  readonly macs: number;
  /** Floating-point operations of the same: exactly twice the multiply-accumulates. */
  readonly flops: number;
  /** Operator calls in all scopes, Constant nodes included. */
  readonly nodes: number;
  /** Labels of the nodes that multiply but whose shapes are not known; `macs` lacks them. */
  readonly unknownMacs: readonly string[];
  /** The layers that read constants or multiply, in the order of execution; see {@link countLayerCosts}. */
  readonly layers: readonly LayerCosts[];
  /**
   * Estimated bytes of inputs and intermediate values that must be in memory together in the main graph, in the order
   * of the file; undefined where a shape is unknown. A runtime may need less, by working in place, or more.
   */
  readonly activationPeakBytes: number | undefined;
}

/**
 * Counts parameters, weight bytes and multiply-accumulates of a whole model: main graph, subgraphs, functions.
 *
 * Parameters are the elements of every constant, whether an initializer or a Constant node, each once however many
 * nodes share it. Shape constants, scales and zero points are among them: what the file stores is what is counted.
 * `weights` leaves those out, and biases and normalization too, as most papers do; see {@link Role}.
 * Sparse constants count with their dense elements, and with the bytes that the file really holds.
 *
 * One MAC is one multiplication and addition of Conv, ConvTranspose, Gemm, MatMul, Einsum, attention, LSTM, GRU or
 * RNN; their quantized and fused forms count as the float form. Bias, activation, normalization and elementwise
 * operators are not counted. Of an If only the branch with more MACs counts; the body of a Loop or Scan and the body
 * of a model-local function count once, however often they run. FLOPs are two per MAC.
 *
 * @param shapes of the values, with the sizes assumed for symbolic dimensions; a symbol without one is unknown.
 * @example
 * const { parameters, weights, macs, flops, unknownMacs } = countCosts(model, shapes);
 */
export function countCosts(model: Model, shapes: ShapeTable): Costs {
  const found = findLayers(model);
  const macsOf = macsByRule(shapes);
  const { macs, unknown } = sum([model.graph, ...model.functions].map((graph) => countMacs(graph, macsOf)));
  return {
    ...countConstants(found.uses),
    macs,
    flops: 2 * macs,
    nodes: [...model.walk()].reduce((total, graph) => total + graph.nodes.length, 0),
    unknownMacs: unknown,
    layers: layerCosts(found, shapes),
    activationPeakBytes: activationPeak(model.graph, shapes),
  };
}

type ConstantCosts = Pick<Costs, 'parameters' | 'weights' | 'elementsByRole' | 'weightBytes' | 'weightBytesByDtype'>;

function countConstants(uses: readonly ConstantUse[]): ConstantCosts {
  const weightBytesByDtype: Record<string, number> = {};
  const elementsByRole: Record<Role, number> = { weight: 0, bias: 0, normalization: 0, quantization: 0, other: 0 };
  let [parameters, weightBytes] = [0, 0];
  for (const { weight, role, elements } of uses) {
    const { tensor } = weight;
    const bytes = storedBytes(tensor);
    parameters += elementCount(tensor.dims);
    weightBytes += bytes;
    weightBytesByDtype[tensor.dataType] = (weightBytesByDtype[tensor.dataType] ?? 0) + bytes;
    elementsByRole[role] += elements;
  }
  return { parameters, weights: elementsByRole.weight, elementsByRole, weightBytes, weightBytesByDtype };
}
