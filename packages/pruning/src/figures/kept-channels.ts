import type { Figure } from '@onnx-compress/core';
import { blockedBecause, type Group, labelsOf } from '../groups/group.js';

/** A group and the units that were removed from it. */
interface PrunedGroup {
  readonly group: Group;
  readonly units: readonly number[];
}

function label(group: Group): string {
  const [first = '', ...others] = labelsOf(group);
  return others.length === 0 ? first : `${first} and ${others.length} more`;
}

/** Channels before and after of every group that may lose some; the others are listed as skipped. */
export function keptChannels(groups: readonly PrunedGroup[]): readonly Figure[] {
  const open = groups.filter(({ group }) => blockedBecause(group) === undefined);
  const rows = open.map(({ group, units }) => {
    const before = group.units.length * group.channelsPerUnit;
    return { label: label(group), values: [before, before - units.length * group.channelsPerUnit] };
  });
  if (rows.length === 0) return [];
  return [
    {
      kind: 'bars',
      title: 'Channels kept in each group',
      caption: 'Layers whose channels must go together are one group, named after its first layer.',
      unit: 'count',
      series: ['before', 'after'],
      rows,
    },
  ];
}
