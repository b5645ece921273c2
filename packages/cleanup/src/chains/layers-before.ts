import { producerSide } from '../affine/layer-sides.js';
import type { RewriteScope } from '../rewrite.js';
import { type AxisAffine, perChannel } from './axis-affine.js';
import { carries } from './carriers.js';
import { type Chain, onlyReader } from './chain.js';
import type { Takeover } from './takeover.js';

/**
 * Plans to put a map into the layer before a chain; a map that scales everything alike may pass operators on its way.
 * Nothing else may read what lies between.
 */
export async function layersBefore(
  chain: Chain,
  affine: AxisAffine,
  scope: RewriteScope,
): Promise<Takeover | undefined> {
  const scale = affine.axis === undefined && affine.offset[0] === 0 ? affine.scale[0] : undefined;
  let { source } = chain;
  for (;;) {
    const { producer } = source;
    if (producer === undefined || producer.graph !== chain.source.graph || onlyReader(source) === undefined) return;
    if (!scope.selected(producer.label)) return;
    const side = producerSide(producer);
    if (side !== undefined) {
      const channels = side.channels(producer);
      const map = channels && perChannel(affine, channels);
      const plan = map && (await side.plan(producer, map));
      return plan && 'apply' in plan ? { layers: [producer], changes: [plan] } : undefined;
    }
    const next = producer.input(0);
    if (next === undefined || scale === undefined || !carries(producer, scale)) return;
    source = next;
  }
}
