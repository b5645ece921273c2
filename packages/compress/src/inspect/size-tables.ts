import { type BarStyle, renderBar } from '../render/bars.js';
import { formatBytes, formatCount, formatLargeCount, formatPart } from '../render/quantities.js';
import type { LayerSize, OperatorSize } from './sizes.js';

/** A table: its head, then its rows; the bar comes last in each row. */
export interface SizeTable {
  readonly head: readonly string[];
  /** How many columns from the left hold text; the others hold numbers. */
  readonly textColumns: number;
  readonly rows: readonly (readonly string[])[];
}

/** How long the longest bar is. */
const BAR_WIDTH = 20;

/** A part of all weight bytes, as text and as bar. */
function share(bytes: number, total: number, bars: BarStyle): readonly [string, string] {
  const part = total === 0 ? 0 : bytes / total;
  return [formatPart(part), renderBar(part, BAR_WIDTH, bars)];
}

const orUnknown = (value: number | null) => (value === null ? '?' : formatLargeCount(value));

/** Bytes by data type, the largest first. */
export function dtypeTable(bytesByDtype: Readonly<Record<string, number>>, total: number, bars: BarStyle): SizeTable {
  const dtypes = Object.entries(bytesByDtype).sort(([, a], [, b]) => b - a);
  return {
    head: ['type', 'size', 'share'],
    textColumns: 1,
    rows: dtypes.map(([dtype, bytes]) => [dtype, formatBytes(bytes), ...share(bytes, total, bars)]),
  };
}

/** How much the tables tell. */
export interface TableDetail {
  readonly bars: BarStyle;
  /** Also biases, and FLOPs, which are twice the multiply-accumulates. */
  readonly verbose: boolean;
}

/** Operators with their nodes, bytes and multiply-accumulates. */
export function operatorTable(
  operators: readonly OperatorSize[],
  total: number,
  { bars, verbose }: TableDetail,
): SizeTable {
  return {
    head: ['operator', 'nodes', 'MACs', ...(verbose ? ['FLOPs'] : []), 'size', 'share'],
    textColumns: 1,
    rows: operators.map(({ opType, nodes, macs, flops, weightBytes }) => [
      opType,
      formatCount(nodes),
      formatLargeCount(macs),
      ...(verbose ? [formatLargeCount(flops)] : []),
      formatBytes(weightBytes),
      ...share(weightBytes, total, bars),
    ]),
  };
}

/** Networks with a smaller part of weights that are not zero count as sparse; a few are zero in any network. */
const SPARSE = 0.9;

function isSparse(layers: readonly LayerSize[]): boolean {
  const weights = layers.reduce((sum, { weightCount }) => sum + weightCount, 0);
  const nonZero = layers.reduce((sum, { nonZeroWeights, weightCount }) => sum + (nonZeroWeights ?? weightCount), 0);
  return nonZero < SPARSE * weights;
}

/** Layers with weights, multiply-accumulates and bytes; with the part that is not zero where the network is sparse. */
export function layerTable(layers: readonly LayerSize[], total: number, { bars, verbose }: TableDetail): SizeTable {
  const sparse = isSparse(layers);
  const nonZero = ({ weightCount, nonZeroWeights }: LayerSize) => {
    if (weightCount === 0) return '';
    return nonZeroWeights === null ? '?' : formatPart(nonZeroWeights / weightCount);
  };
  return {
    head: [
      'layer',
      'operator',
      'weights',
      ...(verbose ? ['biases'] : []),
      ...(sparse ? ['nonzero'] : []),
      'MACs',
      ...(verbose ? ['FLOPs'] : []),
      'size',
      'share',
    ],
    textColumns: 2,
    rows: layers.map((layer) => [
      layer.node,
      layer.opType,
      formatLargeCount(layer.weightCount),
      ...(verbose ? [formatCount(layer.biases)] : []),
      ...(sparse ? [nonZero(layer)] : []),
      orUnknown(layer.macs),
      ...(verbose ? [orUnknown(layer.flops)] : []),
      formatBytes(layer.weightBytes),
      ...share(layer.weightBytes, total, bars),
    ]),
  };
}
