import type { Skip } from '@onnx-compress/core';
import { type DimsOf, executionOrder, type Model, type Node } from '@onnx-compress/graph';
import { readFunction } from '../functions/read-function.js';
import { noIntegerForm } from '../reasons.js';
import { floatIslands, membersOf } from './float-islands.js';
import { readLayer } from './read-layer.js';
import { readBinary, readJoin, readMove, readPool, type SiteReader } from './read-operators.js';
import type { Site } from './site.js';

/** How operators between integers are read. Adding one: a line here. */
const READERS: Readonly<Record<string, SiteReader>> = {
  Add: readBinary,
  AveragePool: readPool,
  Concat: readJoin,
  Conv: readLayer,
  DepthToSpace: readMove,
  Flatten: readMove,
  Gather: readMove,
  Gemm: readLayer,
  GlobalAveragePool: readPool,
  MatMul: readLayer,
  MaxPool: readMove,
  Mul: readBinary,
  Reshape: readMove,
  Resize: readMove,
  Slice: readMove,
  Split: readMove,
  Squeeze: readMove,
  Transpose: readMove,
  Unsqueeze: readMove,
  Where: readJoin,
};

/** What runs on integers in a model, and what lies between integers and cannot be read as such. */
export interface Sites {
  readonly sites: readonly Site[];
  readonly skipped: readonly Skip[];
}

/**
 * Reads every operator between DequantizeLinear and QuantizeLinear in the main graph, in execution order; layers that
 * end in floats too.
 *
 * @param dimsOf shapes of the model as it is
 */
export async function readSites(model: Model, dimsOf: DimsOf): Promise<Sites> {
  const order = executionOrder(model.graph);
  const sites: Site[] = [];
  const taken = new Set<Node>();
  for (const node of order) {
    if (taken.has(node)) continue;
    const site = await readSite(node, dimsOf);
    if (site === undefined) continue;
    sites.push(site);
    for (const member of membersOf(site)) taken.add(member);
  }
  const islands = floatIslands(order, sites);
  return { sites, skipped: islands.map(({ label, opType }) => ({ node: label, reason: noIntegerForm(opType) })) };
}

async function readSite(node: Node, dimsOf: DimsOf): Promise<Site | undefined> {
  const site = node.domain === '' ? await READERS[node.opType]?.(node, dimsOf) : undefined;
  return site ?? readFunction(node, dimsOf);
}
