import type { LayerKind, LayerTime, TargetTable } from './target-table.js';

/** How a machine differs from the measured one, by what its instructions do. */
interface Estimate {
  /** Where the factors come from. */
  readonly source: string;
  /** Float products take so many times as long as on the measured machine. */
  readonly floatProducts: number;
  /** Integer products do. */
  readonly integerProducts: number;
  /** Everything that streams through memory does. */
  readonly elements: number;
  /** Channels in a block of the layout of float convolutions; 1 where there is no such layout. */
  readonly channelBlock: number;
}

type LayerTimes = TargetTable['layers'][LayerKind];

/** A table for a machine that was not measured: the figures of one that was, scaled. */
export function estimatedTable(measured: TargetTable, estimate: Estimate): TargetTable {
  const { floatProducts, integerProducts, elements, channelBlock, source } = estimate;
  const layer = ({ float, integer }: LayerTimes): LayerTimes => ({
    float: scaled(float, floatProducts, elements),
    integer: scaled(integer, integerProducts, elements),
  });
  const { dense, pointwise, depthwise, uneven, grouped, stem, sequence, product } = measured.layers;
  return {
    ...measured,
    source,
    channelBlock,
    border: { ...measured.border, reorder: channelBlock > 1 ? measured.border.reorder : 0 },
    layers: {
      dense: layer(dense),
      pointwise: layer(pointwise),
      depthwise: layer(depthwise),
      uneven: layer(uneven),
      grouped: layer(grouped),
      stem: layer(stem),
      sequence: layer(sequence),
      product: layer(product),
    },
  };
}

function scaled({ mac, element, weight }: LayerTime, products: number, elements: number): LayerTime {
  const time = { mac: mac * products, element: element * elements };
  return weight === undefined ? time : { ...time, weight: weight * elements };
}
