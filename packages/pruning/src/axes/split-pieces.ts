/** Part of a factor: the wanted dimension that it belongs to, and its size. */
type Piece = readonly [target: number, size: number];

/** A walk over factors and wanted sizes from one end, which takes from both what they have in common. */
class Walk {
  readonly pieces: Piece[][];

  constructor(
    /** What is left of each factor; taken from by both walks. */
    private readonly rest: number[],
    private readonly wanted: readonly number[],
    private readonly step: 1 | -1,
  ) {
    this.pieces = rest.map(() => []);
  }

  /** Takes everything that the wanted dimensions from `first` to before `end` hold; false where sizes do not fit. */
  take(first: number, end: number): boolean {
    let factor = this.step === 1 ? 0 : this.rest.length - 1;
    for (let target = first; target !== end; target += this.step) {
      let need = this.wanted[target] ?? 1;
      while (need !== 1) {
        const left = this.rest[factor];
        if (left === undefined || Number.isNaN(left)) return false;
        if (left === 1) {
          factor += this.step;
          continue;
        }
        const size = Math.min(left, need);
        if (size < 1 || left % size !== 0 || need % size !== 0) return false;
        this.pieces[factor]?.push([target, size]);
        this.rest[factor] = left / size;
        need /= size;
      }
    }
    return true;
  }
}

/**
 * How sizes of factors break into pieces so that consecutive pieces multiply to the wanted sizes: per factor the
 * pieces as `[wanted index, size]`. One wanted size may be unknown (NaN); it gets what the others leave, factors of
 * unknown size among it. Undefined where the two do not share divisors in row-major order.
 */
export function splitPieces(
  factors: readonly number[],
  wanted: readonly number[],
): readonly (readonly Piece[])[] | undefined {
  const unknown = wanted.findIndex(Number.isNaN);
  if (unknown !== wanted.findLastIndex(Number.isNaN)) return undefined;
  const rest = [...factors];
  const front = new Walk(rest, wanted, 1);
  if (!front.take(0, unknown < 0 ? wanted.length : unknown)) return undefined;
  if (unknown < 0) return rest.every((left) => left === 1) ? front.pieces : undefined;
  const back = new Walk(rest, wanted, -1);
  if (!back.take(wanted.length - 1, unknown)) return undefined;
  return rest.map((left, index) => {
    const middle: Piece[] = left === 1 ? [] : [[unknown, left]];
    return [...(front.pieces[index] ?? []), ...middle, ...(back.pieces[index] ?? []).toReversed()];
  });
}
