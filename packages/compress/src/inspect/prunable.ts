import { type PrunableGroup, type PrunableOverview, prunableGroups } from '@onnx-compress/pruning';
import type { CompressModel } from '../compress-model.js';
import { assumedDims } from '../pipeline/measure.js';
import { type LookOptions, withEngine } from '../pipeline/with-engine.js';
import { requireDims } from './require-dims.js';

/** Layers whose channels only go together. */
export interface GroupRecord {
  /** The first layer that computes the channels; pruning names the group after it. */
  readonly node: string;
  /** Operator of that layer. */
  readonly opType: string;
  /** All layers that compute the channels. */
  readonly layers: readonly string[];
  /** What can be removed by itself: single channels, or sets of them that depend on each other. */
  readonly units: number;
  /** Channels that go with each unit. */
  readonly channelsPerUnit: number;
  /** Units that have to stay. */
  readonly pinnedUnits: number;
  /** Operands that have one number for each channel: biases, parameters of normalizations. */
  readonly companions: number;
  /** Layers that multiply the channels by weights. */
  readonly consumers: number;
  /** Elements of constants that would go with all channels; a weight between two groups counts in both. */
  readonly parameters: number;
  /**
   * Multiply-accumulates that would go with all channels, those of products between activations too; null where shapes
   * are not known. A layer between two groups counts in both.
   */
  readonly macs: number | null;
  /** Why units have to stay; absent where all may go. */
  readonly reason?: string;
}

/** A layer with weights whose channels cannot be removed at all. */
export interface UnprunableRecord {
  readonly node: string;
  readonly opType: string;
  readonly reason: string;
}

/** What structured pruning can remove from a model, as `compress inspect --prunable --json` prints it. */
export interface PrunableInspection {
  readonly schemaVersion: 1;
  /** Values assumed for symbolic dimensions when `macs` was counted. */
  readonly assumedDims: Readonly<Record<string, number>>;
  /** Parameters and multiply-accumulates of the whole model, to compare with. */
  readonly parameters: number;
  readonly macs: number;
  /** Groups of which something can be removed, those with the most multiply-accumulates first. */
  readonly groups: readonly GroupRecord[];
  /** Groups that have to stay as they are, in the same order. */
  readonly pinned: readonly GroupRecord[];
  /** Layers whose channels are not followed. */
  readonly unprunable: readonly UnprunableRecord[];
}

function recordOf({ pinned, macs, reason, layers, ...group }: PrunableGroup): GroupRecord {
  const [node = ''] = layers;
  return {
    node,
    layers,
    ...group,
    pinnedUnits: pinned,
    macs: macs ?? null,
    ...(reason === undefined ? {} : { reason }),
  };
}

const byMacs = (left: GroupRecord, right: GroupRecord) =>
  (right.macs ?? -1) - (left.macs ?? -1) || right.parameters - left.parameters;

/** Groups by what they cost, those of which nothing can go apart. */
function sorted({ groups }: PrunableOverview) {
  const records = groups.map(recordOf).sort(byMacs);
  const isPinned = ({ pinnedUnits, units }: GroupRecord) => pinnedUnits === units;
  return { groups: records.filter((record) => !isPinned(record)), pinned: records.filter(isPinned) };
}

/**
 * Says what structured pruning can remove from a model and what it costs, and why the rest has to stay. Model functions
 * are looked into as pruning does. Reads no weights, changes nothing.
 *
 * @throws UsageError for a size of a dimension that the model does not leave open
 * @example const { groups, pinned } = await inspectPrunable(await readModel('model.onnx'));
 */
export function inspectPrunable(model: CompressModel, options: LookOptions = {}): Promise<PrunableInspection> {
  const { content } = model;
  return withEngine(options, async ({ shapes }, signal) => {
    requireDims([content], options.dims ?? {});
    const dims = assumedDims(content, options.dims ?? {});
    const { onWarning: warn = () => {} } = options;
    const overview = await prunableGroups(content, { shapes, signal, dims, warn });
    const { parameters, macs, unprunable } = overview;
    return {
      schemaVersion: 1,
      assumedDims: Object.fromEntries(dims),
      parameters,
      macs,
      ...sorted(overview),
      unprunable,
    };
  });
}
