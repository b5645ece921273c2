import type { Calibration } from '@onnx-compress/core';
import { float32Tensor, type Model, type NodeSpec, present, type Tensor } from '@onnx-compress/graph';
import { samplesOf } from '@onnx-compress/test-kit';
import type { Criterion, Scores, ScoringContext } from '../src/criteria/criterion.js';
import { membersIn, scoringContext } from './scored-groups.js';

/** Samples of the only input `x`, all of the same shape. */
export function samplesOfX(dims: readonly number[], rows: readonly (readonly number[])[]): Calibration {
  return singleInput(rows.map((row) => float32Tensor(dims, row)));
}

export const singleInput = (tensors: readonly Tensor[]): Calibration => samplesOf('x', tensors);

/** What a criterion says of each group of a model, on these samples. */
export async function judge(
  criterion: Criterion,
  model: Model,
  calibration: Calibration,
  context: Partial<ScoringContext> = {},
): Promise<readonly Scores[]> {
  return criterion(await membersIn(model), { ...scoringContext(0, model), calibration, ...context });
}

/** The scores of the first group; throws where the criterion has none. */
export async function firstScores(
  criterion: Criterion,
  model: Model,
  calibration: Calibration,
): Promise<readonly number[]> {
  const scores = present((await judge(criterion, model, calibration))[0], 'first group');
  if (scores.kind !== 'scored') throw new Error(scores.reason);
  return [...scores.perUnit];
}

/** A node that is named after its output. */
export const node = (opType: string, inputs: string[], output: string, attributes = {}): NodeSpec => ({
  opType,
  name: output,
  inputs,
  outputs: [output],
  attributes,
});
