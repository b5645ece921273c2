import { CompressError } from '../src/errors.js';

/** What `CompressError` an action throws, as `CODE message | hint`. */
export function thrownBy(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (!(error instanceof CompressError)) throw error;
    const hint = error.hint === undefined ? '' : ` | ${error.hint}`;
    return `${error.code} ${error.message}${hint}`;
  }
  return 'nothing';
}
