/** Positions of two entries that belong together. */
export type Pair = readonly [first: number, second: number];

/** Edits that are looked ahead before the best path so far is settled; bounds time and memory on unlike sequences. */
const HORIZON = 1000;

/** Position of a path that left the sequences. */
const OUTSIDE = -(2 ** 30);

/** A stretch of the search: the points reached after each number of edits, by diagonal. */
interface Search {
  /** For each number of edits the furthest position in the first sequence on diagonals -d .. d. */
  readonly reached: readonly Int32Array[];
  /** The diagonal on which the search ended. */
  readonly diagonal: number;
}

/** Searches from a start point until an end is reached or the horizon is. */
function search(first: readonly string[], second: readonly string[], [x0, y0]: Pair): Search {
  const reached: Int32Array[] = [];
  for (let edits = 0; ; edits++) {
    const row = new Int32Array(2 * edits + 1);
    const previous = reached.at(-1);
    let best = -edits;
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let x = previous === undefined ? x0 : stepInto(previous, edits, diagonal);
      const shift = y0 - x0 - diagonal;
      while (x >= 0 && x < first.length && first[x] === second[x + shift]) x++;
      row[diagonal + edits] = x > first.length || x + shift > second.length ? OUTSIDE : x;
      if (2 * x - diagonal > 2 * (row[best + edits] ?? 0) - best) best = diagonal;
    }
    reached.push(row);
    const x = row[best + edits] ?? 0;
    const ended = x === first.length && x - best - x0 + y0 === second.length;
    if (ended || edits === HORIZON) return { reached, diagonal: best };
  }
}

/** Where one more edit leads on a diagonal: an entry of the first sequence skipped, or one of the second. */
function stepInto(previous: Int32Array, edits: number, diagonal: number): number {
  const down = fromInsertion(previous, edits, diagonal);
  const left = previous[diagonal - 1 + edits - 1] ?? 0;
  return down ? (previous[diagonal + 1 + edits - 1] ?? 0) : left + 1;
}

/** Whether the furthest point on a diagonal comes from the diagonal above it, by skipping an entry of the second sequence. */
function fromInsertion(previous: Int32Array, edits: number, diagonal: number): boolean {
  if (diagonal === -edits) return true;
  if (diagonal === edits) return false;
  return (previous[diagonal - 1 + edits - 1] ?? 0) < (previous[diagonal + 1 + edits - 1] ?? 0);
}

/** Walks a search back and lists the equal entries on its path, in order. */
function pairsOf({ reached, diagonal: last }: Search, [x0, y0]: Pair): readonly Pair[] {
  const pairs: Pair[] = [];
  let diagonal = last;
  for (let edits = reached.length - 1; edits >= 0; edits--) {
    const end = reached[edits]?.[diagonal + edits] ?? 0;
    const previous = reached[edits - 1];
    const start = previous === undefined ? x0 : stepInto(previous, edits, diagonal);
    for (let x = end - 1; x >= start; x--) pairs.push([x, x - diagonal - x0 + y0]);
    if (previous !== undefined) diagonal += fromInsertion(previous, edits, diagonal) ? 1 : -1;
  }
  return pairs.reverse();
}

/**
 * The longest run of equal entries, in order, in two sequences, by the greedy algorithm of Myers (1986): exact as long
 * as they differ in less than 1000 entries on end, close to it beyond.
 */
export function alignSequences(first: readonly string[], second: readonly string[]): readonly Pair[] {
  const pairs: Pair[] = [];
  let start: Pair = [0, 0];
  while (start[0] < first.length && start[1] < second.length) {
    const found = search(first, second, start);
    pairs.push(...pairsOf(found, start));
    const edits = found.reached.length - 1;
    const x = found.reached[edits]?.[found.diagonal + edits] ?? 0;
    start = [x, x - found.diagonal - start[0] + start[1]];
  }
  return pairs;
}
