import { GraphError } from '../error.js';

/** The error for an output place that the system does not let us write. */
export function unwritable(path: string, cause: unknown): GraphError {
  const code = systemCode(cause);
  const reason = code === 'ENOENT' ? 'its folder does not exist' : code;
  return new GraphError('FILE_UNWRITABLE', `${path} cannot be written (${reason})`, {
    hint: 'choose another place with -o',
    cause,
  });
}

/** The error for a file that the system does not let us read. */
export function unreadable(path: string, cause: unknown): GraphError {
  const code = systemCode(cause);
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new GraphError('FILE_MISSING', `${path} does not exist`, { hint: 'check the path', cause });
  }
  return new GraphError('FILE_UNREADABLE', `${path} cannot be read (${code})`, {
    hint: 'check its permissions',
    cause,
  });
}

/** The code of a system error, such as ENOENT. */
function systemCode(cause: unknown): string {
  return typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : 'unknown error';
}
