/** Bytes that may leave onnxruntime in one run. */
const MOST_BYTES = 64 * 2 ** 20;

/** Divides things into runs, in order, so that each takes no more bytes than are allowed, or holds one thing only. */
export function inChunks<T>(things: readonly T[], bytesOf: (thing: T) => number, most = MOST_BYTES): readonly T[][] {
  const chunks: T[][] = [];
  let room = 0;
  for (const thing of things) {
    const bytes = bytesOf(thing);
    if (bytes > room) {
      chunks.push([]);
      room = most;
    }
    chunks.at(-1)?.push(thing);
    room -= bytes;
  }
  return chunks;
}
