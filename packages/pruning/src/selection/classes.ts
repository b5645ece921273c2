import { present } from '@onnx-compress/graph';
import type { Scope } from '../criteria/options.js';
import type { Group } from '../groups/group.js';
import type { Companion, GroupMembers, Member } from '../groups/members.js';
import type { ShrinkingGroup } from './shrinking-group.js';

/** Operator, role and kernel of a weight; without its numbers of channels, which may differ and shrink. */
function memberTag({ node, weight, axis }: Member, input: number | undefined): string {
  const { dims } = weight.tensor;
  const role = input === undefined ? 'out' : `in${input}`;
  return `${node.opType}/${role}/${axis}/${dims.length}/${dims.slice(2).join('x')}`;
}

/**
 * The structure of a group: what computes its channels and what reads them. Groups with the same structure are
 * isomorphic (Fang et al., Isomorphic Pruning for Vision Models, arXiv:2407.04616).
 */
export function structureOf({ producers, companions }: GroupMembers): string {
  const made = producers.map((member) => memberTag(member, undefined));
  const read = companions.map((member: Companion) => memberTag(member, member.input));
  return [...made.sort(), ...read.sort()].join(' ');
}

/** Groups that are ranked together: each alone, those of one structure, or all. */
export function classesOf(
  groups: readonly ShrinkingGroup[],
  scope: Scope,
  members: ReadonlyMap<Group, GroupMembers>,
): readonly (readonly ShrinkingGroup[])[] {
  const classes = new Map<unknown, ShrinkingGroup[]>();
  const keyOf = (member: ShrinkingGroup): unknown => {
    if (scope === 'isomorphic') return structureOf(present(members.get(member.group), 'members'));
    return scope === 'global' ? scope : member;
  };
  for (const member of groups) {
    const key = keyOf(member);
    classes.set(key, [...(classes.get(key) ?? []), member]);
  }
  return [...classes.values()];
}
