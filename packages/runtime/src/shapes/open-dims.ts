import type { Dim, Value, ValueType } from '@onnx-compress/graph';

/** What a size can be given under: the symbol of a dimension, or `input[axis]` where it has none. */
function keyOf(name: string, dim: Dim, axis: number): string {
  return typeof dim === 'string' && dim !== '' ? dim : `${name}[${axis}]`;
}

/** The keys of the dimensions of an input that are not numbers. */
export function openDims({ name, declared }: Value): readonly string[] {
  return (declared?.dims ?? []).flatMap((dim, axis) => (typeof dim === 'number' ? [] : [keyOf(name, dim, axis)]));
}

/** The type that is declared for a value, with sizes put in for open dimensions. */
export function declaredType({ name, declared }: Value, sizes: ReadonlyMap<string, Dim>): ValueType {
  const dims = declared?.dims?.map((dim, axis) =>
    typeof dim === 'number' ? dim : (sizes.get(keyOf(name, dim, axis)) ?? dim),
  );
  return { dataType: declared?.dataType, dims };
}
