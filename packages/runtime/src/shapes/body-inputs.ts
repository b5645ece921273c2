import type { Node, ShapeTable, ValueType } from '@onnx-compress/graph';

/**
 * Types of the inputs of a Loop or Scan body, in their order, from what the node is fed.
 *
 * Loop: iteration number, condition, then the carried values, whose shape may change from one iteration to the next.
 * Scan (opset 9 and later): states as they are, then one slice of each scanned input.
 */
export function bodyInputTypes(node: Node, table: ShapeTable): readonly ValueType[] {
  const fed = node.inputs.map((_, index): ValueType => {
    const value = node.input(index);
    return (value && table.get(value)) ?? { dataType: undefined, dims: undefined };
  });
  if (node.opType === 'Loop') {
    const carried = fed.slice(2).map(({ dataType }) => ({ dataType, dims: undefined }));
    return [{ dataType: 'int64', dims: [] }, { dataType: 'bool', dims: [] }, ...carried];
  }
  if (node.opType !== 'Scan') return [];
  const states = fed.length - node.int('num_scan_inputs', 0);
  const axes = node.ints('scan_input_axes');
  return fed.map((type, index) => (index < states ? type : slice(type, axes?.[index - states] ?? 0)));
}

function slice({ dataType, dims }: ValueType, axis: number): ValueType {
  const scanned = axis < 0 && dims ? axis + dims.length : axis;
  return { dataType, dims: dims?.filter((_, index) => index !== scanned) };
}
