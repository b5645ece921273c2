import type { LayerRule } from '../layer.js';

/** Einsum: the last axis of a constant that is in the result and in no other factor has a scale per entry. */
export const einsum: LayerRule = (node, index, rank) => {
  if (rank < 2) return undefined;
  const [left = '', result = ''] = (node.string('equation') ?? '').replaceAll(/\s/g, '').split('->');
  const terms = left.split(',');
  const own = [...(terms[index] ?? '')];
  const others = terms.filter((_, other) => other !== index).join('');
  const axis = own.findLastIndex((label) => result.includes(label) && !others.includes(label));
  const isPlain = own.length === rank && !own.includes('.');
  return { channelAxis: isPlain && axis >= 0 ? axis : undefined, use: { kind: 'other' } };
};
