const UNITS = [
  { name: 'GB', bytes: 1e9 },
  { name: 'MB', bytes: 1e6 },
  { name: 'kB', bytes: 1e3 },
] as const;

const unitOf = (bytes: number) => UNITS.find((unit) => bytes >= unit.bytes * 0.99995) ?? { name: 'B', bytes: 1 };

const inUnit = (bytes: number, unit: { readonly bytes: number }) =>
  unit.bytes === 1 ? String(bytes) : (bytes / unit.bytes).toFixed(1);

/** Decimal units with one digit: `97.8 MB`, `812 B`. */
export function formatBytes(bytes: number): string {
  const unit = unitOf(bytes);
  return `${inUnit(bytes, unit)} ${unit.name}`;
}

/** Both sizes in the unit of the larger one: `97.8 -> 46.1 MB`. */
export function formatBytesChange(before: number, after: number): string {
  const unit = unitOf(Math.max(before, after));
  return `${inUnit(before, unit)} -> ${inUnit(after, unit)} ${unit.name}`;
}

/** Whole numbers with spaces between thousands: `1 030`. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ' ');
}

/** A count with its noun: `1 node`, `1 030 nodes`. */
export function formatNumberOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** Large counts in short: `1.82 G`, `3.5 M`, `812`. */
export function formatLargeCount(count: number): string {
  if (count >= 1e9) return `${(count / 1e9).toFixed(2)} G`;
  if (count >= 1e6) return `${(count / 1e6).toFixed(1)} M`;
  return formatCount(count);
}

/** Signed change: `-87.3 %`, `+2.0 %`, `0.0 %`. */
export function formatPercentChange(before: number, after: number): string {
  const percent = before === 0 ? 0 : (after / before - 1) * 100;
  const rounded = percent.toFixed(1);
  if (Number(rounded) === 0) return '0.0 %';
  return `${percent > 0 ? '+' : ''}${rounded} %`;
}

/** `7.9x smaller`, `1.02x larger`, `same size`. */
export function formatFactor(before: number, after: number): string {
  if (before === after || before === 0 || after === 0) return 'same size';
  const factor = before > after ? before / after : after / before;
  return `${factor.toFixed(factor < 2 ? 2 : 1)}x ${before > after ? 'smaller' : 'larger'}`;
}

/** A cosine in four digits; in more where four would round it up to 1. */
export function formatCosine(cosine: number): string {
  const digits = [4, 6, 8].find((count) => cosine >= 1 || Number(cosine.toFixed(count)) < 1) ?? 10;
  return cosine.toFixed(digits);
}

/** A part of one in percent: `91.4 %`. */
export function formatPart(part: number): string {
  return `${(part * 100).toFixed(1)} %`;
}
