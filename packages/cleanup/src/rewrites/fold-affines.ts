import type { Change } from '@onnx-compress/core';
import { executionOrder, type Node } from '@onnx-compress/graph';
import { type DimsOf, dimsLookup } from '../affine/value-dims.js';
import {
  type AxisAffine,
  IDENTITY,
  isOne,
  scaleOf,
  shiftBeforeScale,
  shiftBehindScale,
} from '../chains/axis-affine.js';
import { type Chain, chainFrom } from '../chains/chain.js';
import { layersBefore } from '../chains/layers-before.js';
import { layersBehind } from '../chains/layers-behind.js';
import { freedBytes, piecesOf, rewriteChain } from '../chains/rewrite-chain.js';
import { mayEndPattern } from '../chains/runtime-patterns.js';
import type { Takeover } from '../chains/takeover.js';
import { canBypass } from '../graph-edits/bypass.js';
import { foldedAffine } from '../messages.js';
import { mainScopes, type Rewrite, type RewriteScope } from '../rewrite.js';

/** What a chain becomes: layers that take over a part of its map, and the map that is left to be computed. */
interface Proposal {
  readonly takeover: Takeover;
  readonly rest: AxisAffine;
}

const NO_LAYER: Takeover = { layers: [], changes: [] };

/**
 * Folds elementwise constants, `y = scale * x + offset` in any number of Add, Sub, Mul and Div nodes, into the layer
 * before them, else into all the layers behind them, else as far as the scale goes; what stays is at most one Mul and
 * one Add. Never more nodes, never a larger file.
 */
export const foldAffines: Rewrite = async (model, scope) => {
  const changed: Change[] = [];
  const dimsOf = dimsLookup(model, scope.context);
  for (const graph of mainScopes(model)) {
    const done = new Set<Node>();
    for (const node of executionOrder(graph)) {
      const chain = done.has(node) ? undefined : await chainFrom(node, scope.selected);
      if (chain === undefined || mayEndPattern(chain.source)) continue;
      for (const link of chain.links) done.add(link.node);
      changed.push(...(await foldChain(chain, scope, dimsOf)));
    }
  }
  return { changed, skipped: [] };
};

async function foldChain(chain: Chain, scope: RewriteScope, dimsOf: DimsOf): Promise<readonly Change[]> {
  for await (const { takeover, rest } of proposals(chain, scope)) {
    const pieces = piecesOf(rest);
    const growth = takeover.changes.reduce((sum, change) => sum + change.growth, 0);
    if (pieces.length >= chain.links.length || growth > freedBytes(chain, pieces)) continue;
    if (pieces.length === 0 && !(await mayVanish(chain, takeover, dimsOf))) continue;
    for (const change of takeover.changes) change.apply();
    const layers = takeover.layers.map(({ label }) => label);
    rewriteChain(chain, pieces);
    return chain.links.map(({ node }) => foldedAffine(node.label, layers));
  }
  return [];
}

/** Best first: everything into layers, then the scale alone, then fewer nodes and no layer. */
async function* proposals(chain: Chain, scope: RewriteScope): AsyncGenerator<Proposal> {
  const { affine } = chain;
  yield* proposal(await layersBefore(chain, affine, scope), IDENTITY);
  yield* proposal(await layersBehind(chain, affine, scope), IDENTITY);
  const scale = scaleOf(affine);
  if (!scale.scale.every(isOne)) {
    yield* proposal(await layersBefore(chain, scale, scope), shiftBehindScale(affine));
    yield* proposal(await layersBehind(chain, scale, scope), shiftBeforeScale(affine));
  }
  yield { takeover: NO_LAYER, rest: affine };
}

function* proposal(takeover: Takeover | undefined, rest: AxisAffine): Generator<Proposal> {
  if (takeover !== undefined) yield { takeover, rest };
}

/** A constant can widen a value to its own shape; then a part of the chain has to stay. */
async function mayVanish({ links, source, affine }: Chain, { layers }: Takeover, dimsOf: DimsOf): Promise<boolean> {
  const last = links.at(-1)?.node;
  if (last === undefined || !canBypass(last, source)) return false;
  const { axis, rank, scale } = affine;
  if (rank === 0 || (source.producer !== undefined && layers.includes(source.producer))) return true;
  const dims = await dimsOf(source);
  if (dims === undefined || dims.length < rank) return false;
  return axis === undefined || dims[dims.length - axis] === scale.length;
}
