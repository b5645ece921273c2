interface TypedArrayClass<Elements> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): Elements;
}

/** The bytes as a typed array: a view where they are aligned for it, over a copy otherwise. */
export function viewAs<Elements>(type: TypedArrayClass<Elements>, bytes: Uint8Array): Elements {
  const width = type.BYTES_PER_ELEMENT;
  const { buffer, byteOffset, byteLength } = bytes.byteOffset % width === 0 ? bytes : new Uint8Array(bytes);
  return new type(buffer, byteOffset, byteLength / width);
}

/** The memory of a typed array as bytes, not copied. */
export function bytesOf(array: ArrayBufferView): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
