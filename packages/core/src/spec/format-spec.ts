import type { ParsedSpec } from './spec.js';

/** Writes a spec so that `parseSpec` reads the same again: bare value, options, `skip=`, then the `@` globs. */
export function formatSpec(spec: ParsedSpec): string {
  const options = Object.entries(spec.options).map(([key, value]) => (value === true ? key : `${key}=${value}`));
  const skips = spec.skip.map((glob) => `skip=${glob}`);
  const name = spec.positional === undefined ? spec.name : `${spec.name}:${spec.positional}`;
  const globs = spec.include.length === 0 ? '' : `@${spec.include.join(',')}`;
  return [name, ...options, ...skips].join(',') + globs;
}
