/** What a scale is once it is stored: the integers of its block are chosen for that. */
export type StoreScale = (scale: number) => number;

const SMALLEST_NORMAL = 2 ** -14;
const SMALLEST = 2 ** -24;
const LARGEST = 65_504;

/** Veltkamp's factor: leaves 11 of the 53 bits of a double. */
const SPLITTER = 2 ** 42 + 1;

/**
 * The float16 nearest to a scale; the smallest or the largest one of its sign where that would be zero or infinite.
 *
 * @example halfScale(0.1) // 0.0999755859375
 */
export function halfScale(scale: number): number {
  const magnitude = Math.abs(scale);
  if (magnitude >= LARGEST) return Math.sign(scale) * LARGEST;
  if (magnitude < SMALLEST_NORMAL) return Math.sign(scale) * SMALLEST * Math.max(1, Math.round(magnitude / SMALLEST));
  const far = scale * SPLITTER;
  return far - (far - scale);
}
