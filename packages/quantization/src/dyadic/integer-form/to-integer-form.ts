import { type Model, type Node, removeAllUnused } from '@onnx-compress/graph';
import { toOperators } from '../../emission/operators/to-operators.js';
import type { Site } from '../reading/site.js';
import { emitLayer } from './emit-layer.js';
import { emitJoin, emitPool, emitProduct, emitSum } from './emit-operators.js';

/**
 * Writes operators between DequantizeLinear and QuantizeLinear in plain integers, each with the multipliers that the
 * kernels of onnxruntime compute from the scales.
 *
 * @param sites of `readSites`, of the model as it is
 */
export async function toIntegerForm(model: Model, sites: readonly Site[]): Promise<void> {
  for (const site of sites) await emit(site);
  const moves = new Set<Node>(sites.flatMap(({ kind, node }) => (kind === 'move' ? [node] : [])));
  await toOperators(model, { nodes: moves, classes: [], skipped: [] });
  const floats = model.graph.nodes.filter(({ opType }) => opType === 'DequantizeLinear');
  removeAllUnused(floats.flatMap((node) => node.output(0) ?? []));
}

async function emit(site: Site): Promise<void> {
  switch (site.kind) {
    case 'layer':
      return emitLayer(site);
    case 'binary':
      return site.operator === 'Add' ? emitSum(site) : emitProduct(site);
    case 'join':
      return emitJoin(site);
    case 'pool':
      return emitPool(site);
    case 'move':
  }
}
