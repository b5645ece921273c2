import type { FactoredLayer } from '../report/factored-layers.js';
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

/** `rank 64`, `ranks 16 to 256`. */
function rankRange(layers: readonly FactoredLayer[]): string {
  const ranks = layers.flatMap((layer) => layer.ranks);
  const [least, most] = [Math.min(...ranks), Math.max(...ranks)].map(formatCount);
  return least === most ? `rank ${least}` : `ranks ${least} to ${most}`;
}

/**
 * How many layers were factored, and to which ranks: `24 of 60 layers, ranks 16 to 256`.
 *
 * @param total the layers that could have been, the factored ones counted
 */
export function formatFactored(layers: readonly FactoredLayer[], total: number): string {
  const count = `${layers.length === 0 ? 'none' : formatCount(layers.length)} of ${formatNumberOf(total, 'layer')}`;
  return layers.length === 0 ? count : `${count}, ${rankRange(layers)}`;
}
