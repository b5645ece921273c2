import { expect } from '@jest/globals';
import type { Change } from '@onnx-compress/core';
import { type Costs, countCosts, type Model, openDims, present, readFloats, type Tensor } from '@onnx-compress/graph';
import { runModel } from '@onnx-compress/test-kit';
import type { AnalysisChoices } from '../src/analysis/choose-splits.js';
import { findPrunable, type Prunable } from '../src/analysis/prunable.js';
import { blockedBecause, type Group, labelsOf } from '../src/groups/group.js';
import { oracleError } from './oracle.js';
import { exactly, inferShapes, pruned, testContext } from './pruning-context.js';

type Feeds = Readonly<Record<string, Tensor>>;

/** Layers of which some or all channels stay, and why. */
export interface Pinned {
  readonly nodes: readonly string[];
  /** How many of the channels, `8 of 16`; absent where the layer was left out of the analysis. */
  readonly pinned?: string;
  readonly reasons: readonly string[];
}

/** What is left of a model after half of its channels went. */
export interface Outcome {
  readonly model: Model;
  readonly changed: readonly Change[];
  readonly pinned: readonly Pinned[];
  /** Multiply-accumulates after over before. */
  readonly macs: number;
  /** Parameters after over before, of the weights that have channels of an open group. */
  readonly parameters: number;
}

function pinnedGroup(group: Group): readonly Pinned[] {
  if (group.pinned.size === 0) return [];
  const reasons = [...new Set(group.pinned.values())].sort();
  return [{ nodes: labelsOf(group), pinned: `${group.pinned.size} of ${group.units.length}`, reasons }];
}

function pinnedIn({ groups, engine }: Prunable): readonly Pinned[] {
  const hidden = [...engine.unprunable].map(([node, reason]) => ({ nodes: [node.label], reasons: [reason] }));
  return [...groups.flatMap(pinnedGroup), ...hidden];
}

/** Elements of all weights in which an open group has channels. */
function prunableElements({ groups, members }: Prunable): number {
  const open = groups.filter((group) => blockedBecause(group) === undefined);
  const weights = open.flatMap((group) => {
    const { producers, companions } = present(members.get(group), 'members');
    return [...producers, ...companions].map(({ weight }) => weight);
  });
  return [...new Set(weights)].reduce((sum, { tensor }) => sum + tensor.dims.reduce((a, b) => a * b, 1), 0);
}

/** Lengths of a model's symbolic dimensions in one set of inputs. */
function dimsOf(model: Model, feeds: Feeds): ReadonlyMap<string, number> {
  const sizes = model.graph.inputs.flatMap((input) => {
    const given = feeds[input.name]?.dims ?? [];
    return (input.declared?.dims ?? []).map((dim, axis) => [dim, given[axis] ?? 1] as const);
  });
  const named = sizes.flatMap(([dim, size]) => (typeof dim === 'string' ? [[dim, size] as const] : []));
  return new Map([...model.graph.inputs.flatMap(openDims).map((name) => [name, 1] as const), ...named]);
}

async function costsOf(model: Model, dims: ReadonlyMap<string, number>): Promise<Costs> {
  return countCosts(model, await inferShapes(model, dims));
}

/** Prunes half of the channels of every layer by L1 norm, without rounding, and looks at what is left. */
export async function pruneHalf(original: Model, feeds: Feeds, choices: AnalysisChoices = {}): Promise<Outcome> {
  const { attention = 'auto', statistics = 'keep' } = choices;
  const options = { ...exactly(0.5), attention, statistics };
  const prunable = await findPrunable(original.clone(), { include: [], skip: [] }, testContext(), choices);
  const { model, result } = await pruned(original, options);
  expect(model.validate()).toEqual([]);
  const dims = dimsOf(original, feeds);
  const [before, after] = [await costsOf(original, dims), await costsOf(model, dims)];
  const elements = prunableElements(prunable);
  const parameters = elements === 0 ? 1 : 1 - (before.parameters - after.parameters) / elements;
  return { model, changed: result.changed, pinned: pinnedIn(prunable), macs: after.macs / before.macs, parameters };
}

const signature = (model: Model) =>
  [...model.graph.inputs, ...model.graph.outputs].map(({ name, declared }) => ({ name, declared }));

/** Expects inputs and outputs as they were, and results of the same shape that agree at both optimization levels. */
export async function expectSound(original: Model, model: Model, feeds: Feeds): Promise<void> {
  expect(signature(model)).toEqual(signature(original));
  const before = await runModel(original, feeds, 'all');
  const plain = await runModel(model, feeds, 'disabled');
  for (const [name, tensor] of await runModel(model, feeds, 'all')) {
    const expected = present(before.get(name), name);
    expect([name, tensor.dataType, tensor.dims]).toEqual([name, expected.dataType, expected.dims]);
    const [optimized, reference] = [await readFloats(tensor), await readFloats(present(plain.get(name), name))];
    const scale = reference.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
    const difference = optimized.reduce(
      (largest, value, index) => Math.max(largest, Math.abs(value - (reference[index] ?? 0))),
      0,
    );
    expect([name, difference <= 1e-3 * scale]).toEqual([name, true]);
  }
}

/** Expects the pruned model to compute what the original does with the removed channels zeroed. */
export async function expectExact(
  original: Model,
  { model, changed }: Outcome,
  feeds: Feeds,
  choices: AnalysisChoices = {},
): Promise<void> {
  const isHalf = [...original.weights()].some(({ tensor }) => tensor.dataType === 'float16');
  const error = (other: Model) => oracleError(original, other, changed, feeds, 'disabled', choices);
  expect(await error(model)).toBeLessThanOrEqual(isHalf ? 1e-2 : 1e-4);
  if (changed.length > 0) expect(await error(original)).toBeGreaterThan(1e-3);
}

/** Expects that nothing was given up on for want of a rule. */
export function expectRules(pinned: readonly Pinned[]): void {
  const given = pinned.flatMap(({ reasons }) => reasons);
  expect(given.filter((reason) => /no pruning rule|not implemented|are not removed/.test(reason))).toEqual([]);
}

const round = (value: number) => Math.round(value * 100) / 100;

/** What a golden file records of an outcome. */
export function recorded({ pinned, macs, parameters }: Outcome): unknown {
  return { remaining: { macs: round(macs), prunableParameters: round(parameters) }, pinned };
}
