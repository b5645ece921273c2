/** Random access to bytes that need not be in memory: a file, a buffer, later a Blob. */
export interface ByteSource {
  /** What to call it in messages: a path, or "bytes". */
  readonly name: string;
  readonly size: number;
  /**
   * `length` bytes from `offset`, in memory of their own that is 8-byte aligned, or at the start of `into`, where a caller
   * that reads much has one buffer for all of it.
   */
  read(offset: number, length: number, into?: Uint8Array): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Bytes that are already in memory, as a source; the buffer must not change while the model is in use. */
export function memorySource(bytes: Uint8Array, name = 'bytes'): ByteSource {
  return {
    name,
    size: bytes.byteLength,
    read: async (offset, length, into = new Uint8Array(length)) => {
      into.set(bytes.subarray(offset, offset + length));
      return into.subarray(0, length);
    },
    close: async () => {},
  };
}
