/**
 * One SPEC of the command line, taken apart but not yet looked up: values are text, a key without a value is `true`.
 * The globs of `@` are `include`, those of `skip=` are `skip`.
 */
export interface ParsedSpec {
  readonly name: string;
  /** The bare value after the colon. */
  readonly positional: string | undefined;
  readonly options: Readonly<Record<string, string | true>>;
  readonly include: readonly string[];
  readonly skip: readonly string[];
}

/** How the key of an option is written: `round`, `keep-macs`. */
export const OPTION_KEY = /^[a-z][a-z0-9-]*$/;

/** True for `key=value`: after the colon of a spec that is an option and not the bare value. */
export function startsWithKey(text: string): boolean {
  const equals = text.indexOf('=');
  return equals > 0 && OPTION_KEY.test(text.slice(0, equals).trim());
}
