import { elementCount, type Graph, memoryTensor, type Tensor } from '@onnx-compress/graph';

/** Integers that a zero point has the type of. */
type IntegerType = 'int8' | 'uint8';

/**
 * Name of a zero point, the same number everywhere; one constant serves all values and weights that have it. It is
 * there even where it is 0: onnxruntime makes no QGemm of a Gemm whose weight has none, and drops the Relu in front of
 * a QuantizeLinear only if it can read it.
 *
 * @param dims [] or [channels]
 */
export function sharedZeroPoint(graph: Graph, dataType: IntegerType, value: number, dims: readonly number[]): string {
  const name = [dataType, value, ...dims].join('_');
  const bytes = new Uint8Array(elementCount(dims)).fill(value);
  const known = graph.value(name)?.weight?.tensor;
  if (known && isSame(known, dataType, dims, bytes)) return name;
  return graph.addWeight(graph.uniqueName(name), memoryTensor(dataType, dims, bytes)).name;
}

function isSame(known: Tensor, dataType: IntegerType, dims: readonly number[], bytes: Uint8Array): boolean {
  const { inline } = known;
  if (known.dataType !== dataType || String(known.dims) !== String(dims)) return false;
  return inline?.length === bytes.length && inline.every((byte, index) => byte === bytes[index]);
}
