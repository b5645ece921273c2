/** Points of a curve, at most: more do not show. */
const MOST_POINTS = 120;

/**
 * Positions from 1 to a length of which a curve over a falling spectrum is drawn: all of a short one, else with evenly
 * growing distances, so that the steep beginning keeps all of its points. The last one is among them.
 */
export function thinnedPositions(length: number): readonly number[] {
  if (length <= MOST_POINTS) return Array.from({ length }, (_, index) => index + 1);
  const positions = new Set<number>();
  for (let point = 0; point < MOST_POINTS; point++) {
    positions.add(Math.round(length ** (point / (MOST_POINTS - 1))));
  }
  return [...positions];
}
