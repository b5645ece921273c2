const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const BYTE_SIZE = /^(\d+\.?\d*|\.\d+)\s*([a-z]*)$/i;

const BYTES_PER_UNIT: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['b', 1],
  ['kb', 1e3],
  ['mb', 1e6],
  ['gb', 1e9],
  ['kib', 2 ** 10],
  ['mib', 2 ** 20],
  ['gib', 2 ** 30],
]);

/**
 * Reads a decimal number with a point, whatever the locale.
 *
 * @returns undefined when the text is anything else: empty, `0x10`, `1,5`, `40%`, `Infinity`
 */
export function parseNumber(text: string): number | undefined {
  const value = NUMBER.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? value : undefined;
}

/**
 * Reads a size in bytes: kB, MB and GB are decimal, KiB, MiB and GiB binary, a bare number is bytes; the case of the
 * unit does not matter. Fractions are rounded to whole bytes.
 *
 * @returns undefined when the text is not a size
 * @example parseByteSize('2MB'); // 2_000_000
 * @example parseByteSize('1.5MiB'); // 1_572_864
 */
export function parseByteSize(text: string): number | undefined {
  const [, digits = '', unit = ''] = BYTE_SIZE.exec(text.trim()) ?? [];
  const perUnit = BYTES_PER_UNIT.get(unit.toLowerCase());
  if (digits === '' || perUnit === undefined) return undefined;
  const bytes = Math.round(Number(digits) * perUnit);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}
