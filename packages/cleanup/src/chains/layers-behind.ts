import { type Node, present, type Use, type Value } from '@onnx-compress/graph';
import type { WeightChange } from '../affine/layer-side.js';
import { consumerSide } from '../affine/layer-sides.js';
import type { RewriteScope } from '../rewrite.js';
import { type AxisAffine, perChannel } from './axis-affine.js';
import { carries, isFactor, readsShapeOnly } from './carriers.js';
import type { Chain } from './chain.js';
import { mayEndPattern } from './runtime-patterns.js';
import type { Takeover } from './takeover.js';

/** Readers that are looked at before the search ends. */
const REACH = 64;

/** What became known of one reader: the layer takes the map over, or its output carries it on; undefined: neither. */
type Reader = { readonly change: WeightChange } | { readonly carried: readonly Value[] } | undefined;

/**
 * Plans to put a map into all the layers behind a chain. A map that scales everything alike may pass operators on its
 * way, and products of a scaled value with another that is not.
 */
export async function layersBehind(
  chain: Chain,
  affine: AxisAffine,
  scope: RewriteScope,
): Promise<Takeover | undefined> {
  const layers: Node[] = [];
  const changes: WeightChange[] = [];
  const products: Node[] = [];
  const scaled = new Set([chain.output]);
  let seen = 0;
  for (const value of scaled) {
    for (const use of value.uses) {
      seen += 1;
      const reader = seen > REACH ? undefined : await readerOf(use, affine, chain, scope);
      if (reader === undefined || use.kind !== 'input') return undefined;
      if ('change' in reader) {
        layers.push(use.node);
        changes.push(reader.change);
      } else for (const carried of reader.carried) scaled.add(carried);
      if (isFactor(use.node, use.index)) products.push(use.node);
    }
  }
  if (!products.every((product) => isScaledOnce(product, scaled))) return undefined;
  return layers.length > 0 && distinct(layers) ? { layers, changes } : undefined;
}

async function readerOf(use: Use, affine: AxisAffine, chain: Chain, scope: RewriteScope): Promise<Reader> {
  if (use.kind === 'output' || use.node.graph !== chain.source.graph) return undefined;
  const { node, index } = use;
  if (readsShapeOnly(node)) return { carried: [] };
  if (!scope.selected(node.label)) return undefined;
  const side = index === 0 ? consumerSide(node) : undefined;
  if (side !== undefined) {
    const channels = side.channels(node);
    const map = channels && perChannel(affine, channels);
    const plan = map && (await side.plan(node, map));
    return plan && 'apply' in plan ? { change: plan } : undefined;
  }
  return carriesOn(node, index, affine) ? { carried: [present(node.output(0), 'output')] } : undefined;
}

function carriesOn(node: Node, index: number, { axis, scale, offset }: AxisAffine): boolean {
  if (axis !== undefined || offset[0] !== 0) return false;
  if (isFactor(node, index)) return !mayEndPattern(node.input(1 - index));
  return index === 0 && carries(node, scale[0] ?? 0);
}

function isScaledOnce(product: Node, scaled: ReadonlySet<Value>): boolean {
  return [0, 1].filter((index) => scaled.has(present(product.input(index), 'factor'))).length === 1;
}

function distinct(layers: readonly Node[]): boolean {
  return new Set(layers).size === layers.length;
}
