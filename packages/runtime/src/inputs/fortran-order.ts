/**
 * Copies a column-major (Fortran order) array into row-major order, the order of ONNX tensors.
 *
 * @param bytes the elements, first axis fastest
 * @param elementBytes width of one element
 */
export function rowMajor(bytes: Uint8Array, dims: readonly number[], elementBytes: number): Uint8Array {
  const target = new Uint8Array(bytes.length);
  const strides = columnMajorStrides(dims);
  const position = new Array<number>(dims.length).fill(0);
  let source = 0;
  for (let offset = 0; offset < target.length; offset += elementBytes) {
    for (let byte = 0; byte < elementBytes; byte++) target[offset + byte] = bytes[source * elementBytes + byte] ?? 0;
    source = advance(position, dims, strides, source);
  }
  return target;
}

function columnMajorStrides(dims: readonly number[]): number[] {
  let stride = 1;
  return dims.map((size) => {
    const own = stride;
    stride *= size;
    return own;
  });
}

/** Steps to the next position in row-major order, last axis first; returns its index in the column-major source. */
function advance(position: number[], dims: readonly number[], strides: readonly number[], source: number): number {
  let index = source;
  for (let axis = dims.length - 1; axis >= 0; axis--) {
    const size = dims[axis] ?? 1;
    const stride = strides[axis] ?? 0;
    const next = (position[axis] ?? 0) + 1;
    if (next < size) {
      position[axis] = next;
      return index + stride;
    }
    position[axis] = 0;
    index -= stride * (size - 1);
  }
  return index;
}
