import type { RatioRecord } from '../measure/measure-report.js';

/** Three digits: `0.111`, `12.1`, `151`. */
const threeDigits = (value: number) => (value >= 99.95 ? value.toFixed(0) : value.toPrecision(3));

/** Times with three digits: `0.111 ms`, `12.1 ms`, `1.24 s`. */
export function formatMs(milliseconds: number): string {
  if (milliseconds === 0) return '0 ms';
  return milliseconds < 999.5 ? `${threeDigits(milliseconds)} ms` : `${threeDigits(milliseconds / 1000)} s`;
}

/** Both times in the unit of the longer one: `12.1 -> 8.00 ms`. */
export function formatMsChange(before: number, after: number): string {
  const [unit, divisor] = Math.max(before, after) < 999.5 ? ['ms', 1] : ['s', 1000];
  return `${threeDigits(before / divisor)} -> ${threeDigits(after / divisor)} ${unit}`;
}

/** Two digits that tell: `0.17`, `2.4`, `150`. */
export const twoDigits = (value: number) => String(Number(value.toPrecision(2)));

const ENERGY_UNITS = [
  { name: 'J', joules: 1 },
  { name: 'mJ', joules: 1e-3 },
  { name: 'uJ', joules: 1e-6 },
] as const;

/** Both bounds in the unit of the upper one: `0.17-2.4 mJ`. */
export function formatEnergyRange(low: number, high: number): string {
  const unit = ENERGY_UNITS.find(({ joules }) => high >= joules) ?? { name: 'uJ', joules: 1e-6 };
  return `${twoDigits(low / unit.joules)}-${twoDigits(high / unit.joules)} ${unit.name}`;
}

/** Energy with three digits: `12.4 mJ`. */
export function formatEnergy(joules: number): string {
  if (joules === 0) return '0 J';
  const unit = ENERGY_UNITS.find((candidate) => joules >= candidate.joules) ?? { name: 'uJ', joules: 1e-6 };
  return `${threeDigits(joules / unit.joules)} ${unit.name}`;
}

/** A ratio before / after as a change of time: 2 is `-50.0 %`. */
export function formatRatioChange(ratio: number): string {
  const percent = ((1 / ratio - 1) * 100).toFixed(1);
  if (Number(percent) === 0) return '0.0 %';
  return `${ratio < 1 ? '+' : ''}${percent} %`;
}

/** The interval of a ratio as changes of time: `[-50.4, -49.6] %`. */
export function formatChangeInterval([low, high]: RatioRecord['interval']): string {
  const [least, most] = [high, low].map((ratio) => formatRatioChange(ratio).replace(' %', ''));
  return `[${least}, ${most}] %`;
}

/** `1.51x [1.48, 1.53]`. */
export function formatRatio({ ratio, interval }: Pick<RatioRecord, 'ratio' | 'interval'>): string {
  const [low, high] = interval.map((bound) => bound.toFixed(2));
  return `${ratio.toFixed(2)}x [${low}, ${high}]`;
}
