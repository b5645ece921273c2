import type { Context } from '@onnx-compress/core';
import { encodedLength, type Model } from '@onnx-compress/graph';
import { floatOperations, macsByLayer, operationsOf } from './bit-operations.js';
import type { LayerChoice, LayerChoices } from './layer-choices.js';
import type { Limit } from './options.js';

/** What is assigned: the groups, and what each choice costs. */
export interface Problem {
  readonly groups: readonly LayerChoices[];
  readonly costOf: (labels: readonly string[], choice: LayerChoice) => number;
  /** What all the rest costs. */
  readonly fixed: number;
  /** What the model costs as it is. */
  readonly before: number;
  /** What is counted. */
  readonly unit: 'bytes' | 'bops';
}

async function bytesProblem(model: Model, groups: readonly LayerChoices[]): Promise<Problem> {
  const before = await encodedLength(model);
  return { groups, costOf: (_, { bytes }) => bytes, fixed: before, before, unit: 'bytes' };
}

async function operationsProblem(model: Model, groups: readonly LayerChoices[], context: Context): Promise<Problem> {
  const macs = await macsByLayer(model, context);
  const before = floatOperations(macs.keys(), macs);
  const chosen = groups.flatMap(({ labels }) => labels);
  const fixed = before - floatOperations(chosen, macs);
  return { groups, costOf: (labels, choice) => operationsOf(labels, choice, macs), fixed, before, unit: 'bops' };
}

/**
 * The problem that a limit asks about: bytes of the file, or bit operations.
 *
 * @throws StepError `MIXED_OPERATIONS_UNKNOWN` where multiply-accumulates cannot be counted
 * @throws CancelledError when the signal fires
 */
export function problemOf(
  model: Model,
  groups: readonly LayerChoices[],
  { kind }: Limit,
  context: Context,
): Promise<Problem> {
  const countsBytes = kind === 'bytes' || kind === 'snr';
  return countsBytes ? bytesProblem(model, groups) : operationsProblem(model, groups, context);
}
