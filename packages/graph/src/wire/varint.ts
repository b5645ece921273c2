/** Number of bytes of a non-negative integer (below 2^53) as protobuf varint. */
export function varintLength(value: number): number {
  let length = 1;
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) length++;
  return length;
}

/** A non-negative integer (below 2^53) as protobuf varint. */
export function encodeVarint(value: number): Uint8Array {
  const bytes = new Uint8Array(varintLength(value));
  let rest = value;
  for (let index = 0; index < bytes.length; index++) {
    bytes[index] = rest >= 128 ? (rest % 128) + 128 : rest;
    rest = Math.floor(rest / 128);
  }
  return bytes;
}
