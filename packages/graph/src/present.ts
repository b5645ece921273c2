/**
 * Narrows a value that the surrounding logic guarantees to exist.
 *
 * @param what names the value in the error
 * @throws Error when it is missing, which is a bug of the caller
 */
export function present<T>(value: T | undefined | null, what: string): T {
  if (value === undefined || value === null) throw new Error(`missing ${what}`);
  return value;
}
