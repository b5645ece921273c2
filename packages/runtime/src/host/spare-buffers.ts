/** Most feeds have two large tensors at most. */
const KEPT = 2;

/**
 * Memory for copies that go to a thread and come back: V8 would let 64 MB of dropped copies pile up on each side. Keeps
 * the two largest buffers that came back.
 */
export class SpareBuffers {
  #spare: readonly ArrayBuffer[] = [];

  /** A copy of the bytes, in the smallest spare buffer that holds them. */
  copy(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
    const buffer = this.#spare.find(({ byteLength }) => byteLength >= bytes.length);
    if (buffer === undefined) return bytes.slice();
    this.#spare = this.#spare.filter((spare) => spare !== buffer);
    const copy = new Uint8Array(buffer, 0, bytes.length);
    copy.set(bytes);
    return copy;
  }

  giveBack(buffers: readonly ArrayBuffer[]): void {
    this.#spare = [...this.#spare, ...buffers].sort((a, b) => a.byteLength - b.byteLength).slice(-KEPT);
  }
}
