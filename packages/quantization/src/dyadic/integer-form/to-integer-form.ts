import { type Model, present, removeAllUnused } from '@onnx-compress/graph';
import type { Tables } from '../functions/function-tables.js';
import type { Site } from '../reading/site.js';
import { emitFunction } from './emit-function.js';
import { emitLayer } from './emit-layer.js';
import { emitJoin, emitMove, emitPool, emitProduct, emitSum } from './emit-operators.js';

/**
 * Writes operators between DequantizeLinear and QuantizeLinear in plain integers, each with the multipliers that the
 * kernels of onnxruntime compute from the scales.
 *
 * @param sites of `readSites`, of the model as it is
 * @param tables of `functionTables`, for all functions among the sites
 */
export async function toIntegerForm(model: Model, sites: readonly Site[], tables: Tables): Promise<void> {
  for (const site of sites) await emit(site, tables);
  const floats = model.graph.nodes.filter(({ opType }) => opType === 'DequantizeLinear');
  removeAllUnused(floats.flatMap((node) => node.output(0) ?? []));
}

async function emit(site: Site, tables: Tables): Promise<void> {
  switch (site.kind) {
    case 'layer':
      return emitLayer(site);
    case 'binary':
      return site.operator === 'Add' ? emitSum(site) : emitProduct(site);
    case 'join':
      return emitJoin(site);
    case 'pool':
      return emitPool(site);
    case 'function':
      return emitFunction(site, present(tables.get(site), `table of ${site.node.label}`));
    case 'move':
      return emitMove(site);
  }
}
