import type { Change } from '@onnx-compress/core';

/**
 * The labels of changed layers, those together that share a weight, directly or through others: a weight is stored once,
 * so that none of them can be in another precision than the rest.
 */
export function layersByWeight(changed: readonly Change[]): readonly (readonly string[])[] {
  const groups = new Map<string, Set<string>>();
  const readers = new Map<string, string>();
  for (const { node, tensor: weight } of changed) {
    const tensor = String(weight);
    const group = groups.get(node) ?? new Set([node]);
    groups.set(node, group);
    const other = groups.get(readers.get(tensor) ?? node) ?? group;
    readers.set(tensor, node);
    if (other === group) continue;
    for (const label of other) groups.set(label, group.add(label));
  }
  return [...new Set(groups.values())].map((group) => [...group]);
}
