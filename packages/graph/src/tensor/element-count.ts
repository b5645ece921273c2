/** The number of elements of a shape; 1 for a scalar. */
export function elementCount(dims: readonly number[]): number {
  let count = 1;
  for (const size of dims) count *= size;
  return count;
}
