import type { Value } from '../model/value.js';
import type { Dim, ValueType } from '../model/value-type.js';

/** The name under which the size of an open dimension can be given: its symbol, or `input[axis]` where it has none. */
export function dimKey(name: string, dim: Dim, axis: number): string {
  return typeof dim === 'string' && dim !== '' ? dim : `${name}[${axis}]`;
}

/** The names under which the sizes of an input's open dimensions can be given: their symbols, or `input[axis]`. */
export function openDims({ name, declared }: Value): readonly string[] {
  return (declared?.dims ?? []).flatMap((dim, axis) => (typeof dim === 'number' ? [] : [dimKey(name, dim, axis)]));
}

/** The type that is declared for a value, with sizes put in for open dimensions (see {@link openDims}). */
export function declaredType({ name, declared }: Value, sizes: ReadonlyMap<string, Dim>): ValueType {
  const dims = declared?.dims?.map((dim, axis) =>
    typeof dim === 'number' ? dim : (sizes.get(dimKey(name, dim, axis)) ?? dim),
  );
  return { dataType: declared?.dataType, dims };
}
