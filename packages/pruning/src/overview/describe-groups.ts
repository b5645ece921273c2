import { dimsReader, type Model, macRuleOf, type Node, type ShapeTable, type Weight } from '@onnx-compress/graph';
import type { Prunable } from '../analysis/prunable.js';
import { costModel } from '../costs/cost-model.js';
import type { CostState } from '../costs/cost-state.js';
import type { ModelCounts } from '../costs/count-model.js';
import { type Group, labelsOf } from '../groups/group.js';
import type { Companion, GroupMembers } from '../groups/members.js';
import { weightInputs } from '../masks/layer-weights.js';
import type { PrunableGroup, PrunableOverview } from './prunable-groups.js';

const isMatrix = ({ tensor }: Weight) => tensor.dims.filter((size) => size > 1).length > 1;

/** True where the node multiplies by the weight: told by the slot of the operators that are known, else by the shape. */
function multiplies({ node, weight }: Companion): boolean {
  const inputs = weightInputs(node);
  if (inputs.length === 0) return isMatrix(weight);
  return isMatrix(weight) || inputs.some((input) => node.input(input)?.weight === weight);
}

/** What goes with all channels of a group. */
function costsOf(units: readonly number[], costs: CostState) {
  const all = { parameters: costs.total('parameters'), macs: costs.total('macs') };
  costs.remove(units);
  const left = { parameters: costs.total('parameters'), macs: costs.total('macs') };
  costs.restore(units);
  return { parameters: Math.round(all.parameters - left.parameters), macs: Math.round(all.macs - left.macs) };
}

/** Tells whether a node multiplies tensors of unknown shapes. */
function unknownAt(shapes: ShapeTable): (node: Node) => boolean {
  const dimsOf = dimsReader(shapes);
  return (node) => {
    const rule = macRuleOf(node);
    return rule !== undefined && rule(node, dimsOf) === undefined;
  };
}

function describe(group: Group, { producers, companions }: GroupMembers, counts: ModelCounts, costs: CostState) {
  const isUnknown = unknownAt(counts.shapes);
  const { parameters, macs } = costsOf(group.units, costs);
  const consuming = companions.filter(multiplies);
  const [reason] = group.pinned.values();
  const described: PrunableGroup = {
    layers: labelsOf(group),
    opType: group.producers[0]?.node.opType ?? '',
    units: group.units.length,
    channelsPerUnit: group.channelsPerUnit,
    pinned: group.pinned.size,
    companions: companions.length - consuming.length,
    consumers: new Set(consuming.map(({ node }) => node)).size,
    parameters,
    macs: [...producers, ...companions].some(({ node }) => isUnknown(node)) ? undefined : macs,
    reason,
  };
  return described;
}

/** What the analysis found, as data. */
export function describeGroups(
  model: Model,
  { engine, groups, members }: Prunable,
  counts: ModelCounts,
): PrunableOverview {
  const costs = costModel(model, engine, counts, ['macs', 'parameters']);
  return {
    parameters: counts.parameters,
    macs: counts.macs,
    groups: groups.flatMap((group) => {
      const own = members.get(group);
      return own === undefined ? [] : [describe(group, own, counts, costs)];
    }),
    unprunable: Array.from(engine.unprunable, ([{ label, opType }, reason]) => ({ node: label, opType, reason })),
  };
}
