import type { Context } from '@onnx-compress/core';
import { encodedLength, type Model } from '@onnx-compress/graph';
import { floatOperations, macsByLayer, operationsOf } from './bit-operations.js';
import { layerCosts } from './latency/layer-costs.js';
import type { LayerChoice, LayerChoices } from './layer-choices.js';
import type { Limit } from './options.js';
import type { FormatTrials } from './try-formats.js';

/** What is assigned: the groups, and what each choice costs. */
export interface Problem {
  readonly groups: readonly LayerChoices[];
  readonly costOf: (labels: readonly string[], choice: LayerChoice) => number;
  /** What all the rest costs. */
  readonly fixed: number;
  /** What the model costs as it is. */
  readonly before: number;
  /** What is counted. */
  readonly unit: 'bytes' | 'bops' | 'ms';
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

async function timeProblem({ model, groups, trials }: Subject, context: Context): Promise<Problem> {
  const { costOf, fixed, before } = await layerCosts(model, groups, trials, context);
  const sumOf = (labels: readonly string[], { format }: LayerChoice) =>
    labels.reduce((sum, label) => sum + costOf(label, format), 0);
  return { groups, costOf: sumOf, fixed, before, unit: 'ms' };
}

/** What is to be assigned, and the copies in which all layers have one format. */
export interface Subject {
  readonly model: Model;
  readonly groups: readonly LayerChoices[];
  readonly trials: FormatTrials;
}

/**
 * The problem that a limit asks about: bytes of the file, bit operations, or time.
 *
 * @throws StepError `MIXED_OPERATIONS_UNKNOWN` where multiply-accumulates cannot be counted
 * @throws StepError `LATENCY_NOT_MEASURED` where the model cannot be timed
 * @throws CancelledError when the signal fires
 */
export function problemOf(subject: Subject, { kind }: Limit, context: Context): Promise<Problem> {
  const { model, groups } = subject;
  switch (kind) {
    case 'bytes':
    case 'snr':
    case 'layers':
      return bytesProblem(model, groups);
    case 'bops':
    case 'bops-part':
      return operationsProblem(model, groups, context);
    case 'latency':
      return timeProblem(subject, context);
  }
}
