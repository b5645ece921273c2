import type { Dim, Value } from '@onnx-compress/graph';

/** Name, type and shape of an input or output. */
export interface Port {
  readonly name: string;
  readonly dataType: string | null;
  /** Null where not even the rank is declared; `?` for an unknown size. */
  readonly dims: readonly (number | string)[] | null;
}

const dimText = (dim: Dim) => (dim === undefined || dim === '' ? '?' : dim);

/** The declared type of an input or output. */
export const portOf = ({ name, declared }: Value): Port => ({
  name,
  dataType: declared?.dataType ?? null,
  dims: declared?.dims?.map(dimText) ?? null,
});

/** `image: float32[batch, 3, 8, 8]`. */
export const portText = ({ name, dataType, dims }: Port) =>
  `${name}: ${dataType ?? 'unknown type'}${dims === null ? '' : `[${dims.join(', ')}]`}`;
