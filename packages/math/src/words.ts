/** Elements moved whole, whatever they mean: floats as integers, so that no NaN payload changes on the way. */
export type Words = Uint8Array | Uint16Array | Uint32Array;

/** Elements of `elementBytes` bytes as words; wider elements become several words of four bytes or single bytes. */
export function wordsOf(bytes: Uint8Array, elementBytes: number): Words {
  const width = elementBytes % 4 === 0 ? 4 : elementBytes % 2 === 0 ? 2 : 1;
  if (width === 1) return bytes;
  const { buffer, byteOffset, byteLength } = bytes.byteOffset % width === 0 ? bytes : new Uint8Array(bytes);
  return width === 4
    ? new Uint32Array(buffer, byteOffset, byteLength / 4)
    : new Uint16Array(buffer, byteOffset, byteLength / 2);
}
