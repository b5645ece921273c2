/** The system's code for a failure, `ENOENT`; undefined where it has none. */
export function codeOf(cause: unknown): string | undefined {
  return typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : undefined;
}

/** The first line of a failure's text. */
export function textOf(cause: unknown): string {
  const text = typeof cause === 'object' && cause !== null && 'message' in cause ? cause.message : cause;
  return String(text).split('\n')[0] ?? '';
}
