/** Random access to bytes that need not be in memory: a file, a buffer, later a Blob. */
export interface ByteSource {
  /** What to call it in messages: a path, or "bytes". */
  readonly name: string;
  readonly size: number;
  /** A fresh, 8-byte aligned copy of `length` bytes from `offset`. */
  read(offset: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Bytes that are already in memory, as a source; the buffer must not change while the model is in use. */
export function memorySource(bytes: Uint8Array, name = 'bytes'): ByteSource {
  return {
    name,
    size: bytes.byteLength,
    read: async (offset, length) => Uint8Array.prototype.slice.call(bytes, offset, offset + length),
    close: async () => {},
  };
}
