import type { LayerRule } from '../layer.js';

/** Gather from a constant table, as embeddings do: one scale per row when it picks rows. */
export const gather: LayerRule = (node, index, rank) => {
  if (index !== 0 || rank < 2) return undefined;
  const axis = node.int('axis', 0);
  if (axis === 0 || axis === -rank) return { channelAxis: 0, use: { kind: 'rows' } };
  return { channelAxis: undefined, use: { kind: 'other' } };
};

/** GatherElements and GatherND from a constant table: restored as a whole. */
export const gatherElements: LayerRule = (_node, index, rank) =>
  index === 0 && rank >= 2 ? { channelAxis: undefined, use: { kind: 'other' } } : undefined;
