import type { Costs } from '@onnx-compress/graph';
import type { LayerProfile } from '@onnx-compress/runtime';
import { pairedLayers } from '../report/layers.js';
import type { NodeTime } from './measure-report.js';

/** A model whose nodes were timed. */
export interface ProfiledModel {
  readonly profile: LayerProfile;
  readonly costs: Pick<Costs, 'layers'>;
}

/** The row of each node of a result that its original does not have: the layer of the original that it is part of. */
function rowsOfNewNodes(before: ProfiledModel, after: ProfiledModel): ReadonlyMap<string, string> {
  const known = new Set(before.profile.layers.map(({ node }) => node));
  const rows = new Map<string, string>();
  for (const [layer, original] of pairedLayers(before.costs, after.costs)) {
    for (const node of layer.nodes) if (!known.has(node)) rows.set(node, original.label);
  }
  return rows;
}

/** Times by row, in the order in which they were first met. */
class Rows {
  readonly #rows = new Map<string, NodeTime>();

  add(side: 'before' | 'after', node: string | null, opType: string, timeMs: number): void {
    const key = node ?? `\n${opType}`;
    const row = this.#rows.get(key) ?? { node, opType };
    this.#rows.set(key, { ...row, [side]: (row[side] ?? 0) + timeMs });
  }

  addAll(side: 'before' | 'after', { layers, added }: LayerProfile, rows: ReadonlyMap<string, string>): void {
    for (const { node, opType, timeMs } of layers) this.add(side, rows.get(node) ?? node, opType, timeMs);
    for (const { opType, timeMs } of added) this.add(side, null, opType, timeMs);
  }

  get all(): readonly NodeTime[] {
    return [...this.#rows.values()].filter(({ before = 0, after = 0 }) => before > 0 || after > 0);
  }
}

/**
 * Where the time goes in a model and its reference, side by side. A node that only the model has, such as the
 * MatMulInteger of a quantized MatMul, counts in the row of the layer of the reference that it came from. Pure.
 */
export function nodeTimes(before: ProfiledModel | undefined, after: ProfiledModel): readonly NodeTime[] {
  const rows = new Rows();
  if (before !== undefined) rows.addAll('before', before.profile, new Map());
  rows.addAll('after', after.profile, before === undefined ? new Map() : rowsOfNewNodes(before, after));
  return rows.all;
}
