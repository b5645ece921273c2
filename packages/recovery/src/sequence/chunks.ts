/** Cuts a list into chunks of limited size, in order; an item that is larger by itself is a chunk of its own. */
export function* inChunks<T>(items: Iterable<T>, sizeOf: (item: T) => number, most: number): Generator<readonly T[]> {
  let chunk: T[] = [];
  let size = 0;
  for (const item of items) {
    const own = sizeOf(item);
    if (chunk.length > 0 && size + own > most) {
      yield chunk;
      [chunk, size] = [[], 0];
    }
    chunk.push(item);
    size += own;
  }
  if (chunk.length > 0) yield chunk;
}
