import type { FactoredLayer } from '../report/factored-layers.js';
import { formatMsChange } from './measured-quantities.js';
import { formatCount, formatLargeCount, formatNumberOf } from './quantities.js';
import { formatError } from './repairs-text.js';

/** The rank of a layer: `64`, and `32 in, 48 out` where it has two. */
export function formatRank({ ranks }: Pick<FactoredLayer, 'ranks'>): string {
  const [inputs, outputs] = ranks.map(formatCount);
  return outputs === undefined ? (inputs ?? '') : `${inputs} in, ${outputs} out`;
}

/** Energy that is left in percent; never 100 where some is lost: `95.0 %`, `99.998 %`. */
export function formatEnergyKept(part: number): string {
  const percent = part * 100;
  const digits = [1, 2, 3].find((count) => part >= 1 || Number(percent.toFixed(count)) < 100) ?? 4;
  return `${percent.toFixed(digits)} %`;
}

/** `0.31 -> 0.04`, `0.31` without a refit; empty where it was not measured. */
export function formatErrors({ errorBefore, errorAfter }: FactoredLayer): string {
  return [errorBefore, errorAfter]
    .filter((error) => error !== null)
    .map(formatError)
    .join(' -> ');
}

/** `1.82 G -> 912.0 M`; empty where it is not known. */
export function formatMacs({ macsBefore, macsAfter }: FactoredLayer): string {
  return macsBefore === null || macsAfter === null
    ? ''
    : `${formatLargeCount(macsBefore)} -> ${formatLargeCount(macsAfter)}`;
}

/** `12.1 -> 8.00 ms`; empty where it was not measured. */
export function formatTimes({ timeBeforeMs, timeAfterMs }: FactoredLayer): string {
  return timeBeforeMs === null || timeAfterMs === null ? '' : formatMsChange(timeBeforeMs, timeAfterMs);
}

/** `rank 64`, `ranks 16 to 256`. */
function rankRange(layers: readonly FactoredLayer[]): string {
  const ranks = layers.flatMap((layer) => layer.ranks);
  const [least, most] = [Math.min(...ranks), Math.max(...ranks)].map(formatCount);
  return least === most ? `rank ${least}` : `ranks ${least} to ${most}`;
}

/** What all layers whose time was measured take together, `, 12.1 -> 8.00 ms`; empty where there are none. */
function timeTogether(layers: readonly FactoredLayer[]): string {
  const [before, after] = (['timeBeforeMs', 'timeAfterMs'] as const).map((time) =>
    layers.reduce((sum, layer) => sum + (layer[time] ?? 0), 0),
  );
  return before && after ? `, ${formatMsChange(before, after)}` : '';
}

/**
 * How many layers were factored, to which ranks, and what that does to their time where it was measured:
 * `24 of 60 layers, ranks 16 to 256`.
 *
 * @param total the layers that could have been, the factored ones counted
 */
export function formatFactored(layers: readonly FactoredLayer[], total: number): string {
  const count = `${layers.length === 0 ? 'none' : formatCount(layers.length)} of ${formatNumberOf(total, 'layer')}`;
  return layers.length === 0 ? count : `${count}, ${rankRange(layers)}${timeTogether(layers)}`;
}
