import { setImmediate } from 'node:timers/promises';

/** What a slow disk reads in some 50 ms. */
const BYTES_PER_TURN = 1 << 23;

/** Bytes that one synchronous call moves at most. */
export const PIECE_BYTES = 1 << 22;

/**
 * Lets the event loop turn between synchronous reads and writes. Those are used because a call through the thread pool
 * costs two changes of thread, and leaves the bytes in the cache of another core.
 */
export class Turns {
  #bytes = 0;

  /** Waits one turn of the event loop where enough bytes were moved since the last one. */
  async after(bytes: number): Promise<void> {
    this.#bytes += bytes;
    if (this.#bytes < BYTES_PER_TURN) return;
    this.#bytes = 0;
    await setImmediate();
  }
}
