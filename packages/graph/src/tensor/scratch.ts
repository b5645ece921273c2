/**
 * One buffer for tensor bytes that are looked at and dropped, so that reading many large tensors does not allocate,
 * page in and collect each of them. Borrowers that overlap get buffers of their own.
 *
 * @example
 * const scratch = new Scratch();
 * const largest = await scratch.lend(tensor.byteLength, async (into) => absoluteMax(await readFloats(tensor, into)));
 */
export class Scratch {
  #idle: Uint8Array | undefined;

  /** @param byteLength size of the largest tensor, where it is known: then the buffer never has to grow */
  constructor(byteLength = 0) {
    this.#idle = new Uint8Array(byteLength);
  }

  /** Calls `use` with at least `byteLength` bytes, which are its own until it is done. */
  async lend<T>(byteLength: number, use: (into: Uint8Array) => Promise<T>): Promise<T> {
    const idle = this.#idle;
    this.#idle = undefined;
    const buffer = idle && idle.length >= byteLength ? idle : new Uint8Array(byteLength);
    try {
      return await use(buffer);
    } finally {
      this.#idle = buffer;
    }
  }
}
