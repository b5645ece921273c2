import type { ShapeTable, Value } from '@onnx-compress/graph';

/** A sum that only the output of a layer and another computed value go into, with nothing else that reads the output. */
export interface Residual {
  readonly sum: Value;
  readonly other: Value;
}

/** The Add that alone reads a value, where both operands are computed and have the same shape. */
export function residualBehind(value: Value, types: ShapeTable): Residual | undefined {
  const [use, ...others] = value.uses;
  if (use?.kind !== 'input' || others.length > 0 || use.node.opType !== 'Add' || use.node.domain !== '')
    return undefined;
  const [other, sum] = [use.node.input(1 - use.index), use.node.output(0)];
  if (other === undefined || sum === undefined || other === value || other.weight !== undefined) return undefined;
  const [own, second] = [types.get(value)?.dims, types.get(other)?.dims];
  return own !== undefined && JSON.stringify(own) === JSON.stringify(second) ? { sum, other } : undefined;
}
