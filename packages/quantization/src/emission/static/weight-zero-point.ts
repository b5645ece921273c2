import { elementCount, type Graph, memoryTensor, readIntegers } from '@onnx-compress/graph';

/**
 * The zeros that weights of the same number of channels share. onnxruntime makes no QGemm of a Gemm whose weight has
 * no zero point.
 */
export function weightZeroPoint(graph: Graph, dims: readonly number[]): string {
  const name = ['weight_zero_point', ...dims].join('_');
  const known = graph.value(name)?.weight?.tensor;
  if (
    known?.dataType === 'int8' &&
    String(known.dims) === String(dims) &&
    readIntegers(known)?.every((zero) => zero === 0)
  ) {
    return name;
  }
  return graph.addWeight(graph.uniqueName(name), memoryTensor('int8', dims, new Uint8Array(elementCount(dims)))).name;
}
