import type { Dim } from '@onnx-compress/graph';

/** Dimensions `left[leftStart..leftEnd)` and `right[rightStart..rightEnd)` that hold the same number of elements. */
interface Run {
  readonly leftStart: number;
  readonly leftEnd: number;
  readonly rightStart: number;
  readonly rightEnd: number;
}

/** Matching runs in order, and the part in the middle (often empty) that unknown sizes leave open. */
export interface Alignment {
  readonly runs: readonly Run[];
  readonly open: Run | undefined;
}

/** Extends a run from (i, j) until both sides hold equally many elements; undefined where that cannot be known. */
function closeRun(left: readonly Dim[], right: readonly Dim[], i: number, j: number): [number, number] | undefined {
  const [first, second] = [left[i], right[j]];
  if (first === undefined || second === undefined) return undefined;
  if (first === second) return [i + 1, j + 1];
  let [leftEnd, rightEnd, leftCount, rightCount] = [i + 1, j + 1, first, second];
  while (leftCount !== rightCount) {
    if (typeof leftCount !== 'number' || typeof rightCount !== 'number') return undefined;
    const next: Dim = leftCount < rightCount ? left[leftEnd++] : right[rightEnd++];
    if (typeof next !== 'number' || next < 2) return undefined;
    if (leftCount < rightCount) leftCount *= next;
    else rightCount *= next;
  }
  return [leftEnd, rightEnd];
}

function runsFromStart(left: readonly Dim[], right: readonly Dim[]): Run[] {
  const runs: Run[] = [];
  let [i, j] = [0, 0];
  while (i < left.length && j < right.length) {
    const ends = closeRun(left, right, i, j);
    if (ends === undefined) break;
    runs.push({ leftStart: i, leftEnd: ends[0], rightStart: j, rightEnd: ends[1] });
    [i, j] = ends;
  }
  return runs;
}

/**
 * Splits two shapes of the same tensor, without their dimensions of size 1, into the shortest runs with equal element
 * counts. Leading dimensions match by equal prefix products, trailing ones by equal suffix products, so that one
 * unknown size in the middle does no harm.
 */
export function alignRuns(left: readonly Dim[], right: readonly Dim[]): Alignment {
  const head = runsFromStart(left, right);
  const last = head.at(-1);
  const [leftStart, rightStart] = [last?.leftEnd ?? 0, last?.rightEnd ?? 0];
  const tail = runsFromStart(left.slice(leftStart).reverse(), right.slice(rightStart).reverse()).map(
    (run): Run => ({
      leftStart: left.length - run.leftEnd,
      leftEnd: left.length - run.leftStart,
      rightStart: right.length - run.rightEnd,
      rightEnd: right.length - run.rightStart,
    }),
  );
  tail.reverse();
  const [first] = tail;
  const open = {
    leftStart,
    leftEnd: first?.leftStart ?? left.length,
    rightStart,
    rightEnd: first?.rightStart ?? right.length,
  };
  const empty = open.leftStart === open.leftEnd && open.rightStart === open.rightEnd;
  return { runs: [...head, ...tail], open: empty ? undefined : open };
}
