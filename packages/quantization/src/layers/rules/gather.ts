import type { LayerRule } from '../layer.js';

/** Gather from a constant table, as embeddings do: one scale per row when it picks rows. */
export const gather: LayerRule = (node, index, dims) => {
  if (index !== 0 || dims.length < 2) return undefined;
  const axis = node.int('axis', 0);
  if (axis === 0 || axis === -dims.length) return { channelAxis: 0, use: { kind: 'rows' } };
  return { channelAxis: undefined, use: { kind: 'other' } };
};
