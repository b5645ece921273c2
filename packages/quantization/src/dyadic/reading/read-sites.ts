import type { Skip } from '@onnx-compress/core';
import { type DimsOf, executionOrder, type Model, type Node } from '@onnx-compress/graph';
import { integersAt, quantizedOutput } from '../../emission/operators/operands.js';
import { noIntegerForm } from '../reasons.js';
import { readLayer } from './read-layer.js';
import { readBinary, readJoin, readMove, readPool, type SiteReader } from './read-operators.js';
import { biasBehind } from './read-values.js';
import type { Site } from './site.js';

/** How operators between integers are read. Adding one: a line here. */
const READERS: Readonly<Record<string, SiteReader>> = {
  Add: readBinary,
  AveragePool: readPool,
  Concat: readJoin,
  Conv: readLayer,
  Flatten: readMove,
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
  const sites: Site[] = [];
  const skipped: Skip[] = [];
  for (const node of executionOrder(model.graph)) {
    const site = node.domain === '' ? await READERS[node.opType]?.(node, dimsOf) : undefined;
    if (site !== undefined) sites.push(site);
    else if (isBetween(node)) skipped.push({ node: node.label, reason: noIntegerForm(node.opType) });
  }
  return { sites, skipped };
}

/** An operator that reads and gives integers; an Add of a bias belongs to the product in front of it. */
function isBetween(node: Node): boolean {
  if (node.opType === 'QuantizeLinear' || node.opType === 'Relu' || node.opType === 'Clip') return false;
  const producer = node.input(0)?.producer;
  if (producer?.opType === 'MatMul' && biasBehind(producer)?.add === node) return false;
  const reads = node.inputs.some((_, index) => integersAt(node, index) !== undefined);
  return reads && node.outputs.some((_, index) => quantizedOutput(node, index) !== undefined);
}
