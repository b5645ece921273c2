import type { Context } from '@onnx-compress/core';
import type { Model } from '@onnx-compress/graph';

/** Channels that only go together, whether they can be removed or not. */
export interface PrunableGroup {
  /** Labels of the layers that compute the channels, the first one first. */
  readonly layers: readonly string[];
  /** Operator of the first layer. */
  readonly opType: string;
  /** What can be removed by itself: single channels, or sets of them. */
  readonly units: number;
  readonly channelsPerUnit: number;
  /** Units that have to stay. */
  readonly pinned: number;
  /** Operands besides the weights that compute the channels: biases, normalizations, other vectors. */
  readonly companions: number;
  /** Layers that multiply the channels by weights. */
  readonly consumers: number;
  /** Elements of constants that would go with all channels. */
  readonly parameters: number;
  /** Multiply-accumulates that would go with all channels; undefined where shapes are not known. */
  readonly macs: number | undefined;
  /** Why pinned units have to stay, the first of the reasons; undefined where none has to. */
  readonly reason: string | undefined;
}

/** A layer with weights whose channels are not followed at all. */
export interface UnprunableLayer {
  readonly node: string;
  readonly opType: string;
  readonly reason: string;
}

/** What structured pruning sees of a model. */
export interface PrunableOverview {
  /** Elements of all constants. */
  readonly parameters: number;
  readonly macs: number;
  /** In the order in which the graph computes them. */
  readonly groups: readonly PrunableGroup[];
  readonly unprunable: readonly UnprunableLayer[];
}

/**
 * The groups of channels of a model, those that cannot be removed among them, and what they cost at the context's sizes
 * of symbolic dimensions. Model functions are looked into as pruning does. Reads no weights, changes nothing.
 *
 * @example const { groups } = await prunableGroups(model, context);
 */
export async function prunableGroups(
  model: Model,
  context: Pick<Context, 'shapes' | 'signal' | 'dims' | 'warn'>,
): Promise<PrunableOverview> {
  const [{ findPrunable }, { countModel }, { describeGroups }, { openFunctions }] = await Promise.all([
    import('../analysis/prunable.js'),
    import('../costs/count-model.js'),
    import('./describe-groups.js'),
    import('../surgery/open-functions.js'),
  ]);
  const { model: open } = openFunctions(model, context);
  const counts = await countModel(open, context);
  return describeGroups(open, await findPrunable(open, { include: [], skip: [] }, context), counts);
}
