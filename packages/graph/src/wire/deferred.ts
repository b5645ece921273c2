import type { Payload } from '../source/payload.js';

/** Tensor bytes up to this size are decoded with the structure; larger ones stay where they are until asked for. */
export const INLINE_LIMIT = 4096;

/**
 * Length of the stand-in for deferred tensor bytes. raw_data of exactly this length is always deferred, so that a
 * stand-in can be told from data by its length alone. No numeric tensor but one of 13 single bytes has it.
 */
export const TOKEN_LENGTH = 13;

let created = 0;

/** The stand-in for tensor bytes that are not in memory: what the schema sees of them is a unique token. */
export class DeferredBytes extends Uint8Array {
  constructor(readonly payload: Payload) {
    super(TOKEN_LENGTH);
    writeToken(this, created++);
  }
}

/** Writes the token of this index into 13 bytes. */
export function writeToken(bytes: Uint8Array, index: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, TOKEN_LENGTH);
  view.setFloat64(0, index, true);
}

/** The index in a token. */
export function readToken(bytes: Uint8Array, offset = 0): number {
  return new DataView(bytes.buffer, bytes.byteOffset + offset, TOKEN_LENGTH).getFloat64(0, true);
}

/** True where tensor bytes of this length are kept out of the decoded structure. */
export function isDeferred(byteLength: number): boolean {
  return byteLength > INLINE_LIMIT || byteLength === TOKEN_LENGTH;
}

/** Bytes in memory as they are put into raw_data. */
export function rawDataOf(bytes: Uint8Array): Uint8Array {
  if (!isDeferred(bytes.byteLength)) return bytes;
  return new DeferredBytes({ byteLength: bytes.byteLength, range: undefined, bytes: async () => bytes });
}
