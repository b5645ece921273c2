import { specSyntax } from '../messages.js';
import { OPTION_KEY, type ParsedSpec, startsWithKey } from './spec.js';
import { hasOpenBrace, indexOutsideBraces, splitOutsideBraces } from './split.js';

/**
 * Reads one SPEC: `name[:value][,key[=value]]...[@glob[,glob]...]`.
 *
 * - After the colon, `key=value` is an option and anything else the bare value: `l1:0.4`, `svd:energy=0.95`.
 * - A value may hold `+`, `:` and further `=`; its text ends at the next comma or `@` that is not inside braces.
 * - A key without a value is a switch. A key may be given once, `skip=glob` any number of times.
 * - The first `@` outside braces begins the globs; a comma outside braces separates them, so `@{/a,/b}/**` is one
 *   glob and `@/a/**,/b/**` are two. A comma, `@` or brace in a node's name is matched with `?`.
 *
 * @throws UsageError `SPEC_SYNTAX` when the text breaks this grammar
 * @example parseSpec('apoz:0.3,round=8@/features/**');
 * // { name: 'apoz', positional: '0.3', options: { round: '8' }, include: ['/features/**'], skip: [] }
 */
export function parseSpec(text: string): ParsedSpec {
  if (hasOpenBrace(text)) throw specSyntax(text, 'a "{" is not closed');
  const at = indexOutsideBraces(text, '@');
  const [first = '', ...rest] = items(at < 0 ? text : text.slice(0, at));
  const include = at < 0 ? [] : items(text.slice(at + 1));
  if (include.includes('')) throw specSyntax(text, 'a glob is missing after "@"');
  const { name, argument } = splitName(text, first);
  const isOption = argument !== undefined && startsWithKey(argument);
  const options = (isOption ? [argument, ...rest] : rest).map((item) => readOption(text, item));
  return { name, positional: isOption ? undefined : argument, ...gather(text, options), include };
}

interface Option {
  readonly key: string;
  readonly value: string | true;
}

function items(part: string): readonly string[] {
  return splitOutsideBraces(part, ',').map((item) => item.trim());
}

function splitName(text: string, item: string): { name: string; argument: string | undefined } {
  const colon = item.indexOf(':');
  const name = (colon < 0 ? item : item.slice(0, colon)).trim();
  if (name === '') throw specSyntax(text, 'it does not begin with the name of a technique');
  const equals = name.indexOf('=');
  if (equals >= 0) {
    throw specSyntax(text, `a colon follows the name: "${name.slice(0, equals)}:${name.slice(equals + 1)}"`);
  }
  if (colon < 0) return { name, argument: undefined };
  const argument = item.slice(colon + 1).trim();
  if (argument === '') throw specSyntax(text, 'a value is missing after ":"');
  return { name, argument };
}

function readOption(text: string, item: string): Option {
  const equals = item.indexOf('=');
  const key = (equals < 0 ? item : item.slice(0, equals)).trim();
  if (key === '') throw specSyntax(text, 'an option is missing beside ","');
  if (!OPTION_KEY.test(key)) throw specSyntax(text, `"${key}" is not the name of an option`);
  if (equals < 0) return { key, value: true };
  const value = item.slice(equals + 1).trim();
  if (value === '') throw specSyntax(text, `a value is missing after "${key}="`);
  return { key, value };
}

function gather(text: string, entries: readonly Option[]): Pick<ParsedSpec, 'options' | 'skip'> {
  const options = new Map<string, string | true>();
  const skip: string[] = [];
  for (const { key, value } of entries) {
    if (options.has(key)) throw specSyntax(text, `${key} is given twice`);
    if (key !== 'skip') options.set(key, value);
    else if (value === true) throw specSyntax(text, 'skip needs a glob, "skip=glob"');
    else skip.push(value);
  }
  return { options: Object.fromEntries(options), skip };
}
