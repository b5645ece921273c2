import type { Unit } from '@onnx-compress/core';
import { formatEnergy, formatMs } from '../../render/measured-quantities.js';
import { formatBytes, formatLargeCount, formatPart } from '../../render/quantities.js';

const digits = (value: number, count = 3) => String(Number(value.toPrecision(count)));

/** A ratio: `1.95x`. */
function formatRatio(ratio: number): string {
  return `${ratio.toFixed(ratio < 10 ? 2 : 1)}x`;
}

const largeNumber = (value: number) =>
  Number.isInteger(value) && value >= 0 ? formatLargeCount(value) : digits(value, 4);

const FORMATS: Readonly<Record<Unit, (value: number) => string>> = {
  bytes: (value) => formatBytes(Math.round(value)),
  count: largeNumber,
  milliseconds: formatMs,
  joules: formatEnergy,
  decibel: (value) => `${value.toFixed(1)} dB`,
  part: formatPart,
  factor: formatRatio,
  bits: (value) => `${digits(value)} bit`,
  plain: (value) => digits(value, 4),
};

const NO_BREAK_SPACE = '\u{a0}';

/** A number in its unit, which no line break parts: `97.8 MB`, `2.31 ms`, `91.4 %`. */
export function formatQuantity(value: number, unit: Unit): string {
  return FORMATS[unit](value).replaceAll(' ', NO_BREAK_SPACE);
}

/** How a number of this unit is written. */
export function formatterOf(unit: Unit): (value: number) => string {
  return (value) => formatQuantity(value, unit);
}
