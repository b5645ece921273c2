import { relative, resolve } from 'node:path';
import type { Io } from './run.js';

/** A path as typed in `io.cwd`, for use in this process; stays short where both are the same. */
export function locate({ cwd }: Pick<Io, 'cwd'>, path: string): string {
  const absolute = resolve(cwd, path);
  return cwd === process.cwd() && !path.startsWith('/') ? relative(cwd, absolute) || '.' : absolute;
}
