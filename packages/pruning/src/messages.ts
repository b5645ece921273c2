import { type CompressError, type Diagnostic, type Removal, StepError, UsageError } from '@onnx-compress/core';
import type { KeptFunction } from '@onnx-compress/graph';

/** A weight whose channels cannot be ranked. */
export function scoreNotFinite(node: string, tensor: string, channel: number): StepError {
  return new StepError(
    'SCORE_NOT_FINITE',
    `"${node}": channel ${channel} of weight "${tensor}" holds NaN or infinity`,
    {
      node,
      tensor,
      hint: `Exclude the layer with skip=${node}, or repair the model.`,
    },
  );
}

/** A model function that is left as it is, so that nothing inside it is removed. */
export function functionStaysClosed({ name, reason }: KeptFunction): Diagnostic {
  return { code: 'FUNCTION_KEPT', message: `Nothing is removed inside the model function "${name}": ${reason}` };
}

/** Model functions whose nodes now stand in place of their calls. */
export function functionsInlined(names: readonly string[]): Diagnostic {
  const listed = names.map((name) => `"${name}"`).join(', ');
  return {
    code: 'FUNCTIONS_INLINED',
    message: `Calls of model functions were replaced by their nodes, so that channels inside could go: ${listed}`,
  };
}

/** Normalizations that average over fewer channels than before. */
export function statisticsChange(node: string, count: number): Diagnostic {
  const others = count === 1 ? '' : ` and ${count - 1} other nodes`;
  return {
    code: 'STATISTICS_CHANGED',
    message: `"${node}"${others} compute statistics over fewer channels now, so that the result is approximate`,
    node,
    hint: 'statistics=keep leaves these channels alone.',
  };
}

/** A weight that cannot be ranked. */
export function weightNotFinite(node: string, tensor: string, element: number): StepError {
  return new StepError('WEIGHT_NOT_FINITE', `"${node}": element ${element} of weight "${tensor}" is NaN or infinity`, {
    node,
    tensor,
    hint: `Exclude the layer with skip=${node}, or repair the model.`,
  });
}

/** A channel whose activations cannot be ranked. */
export function activationNotFinite(node: string, tensor: string, channel: number): StepError {
  return new StepError(
    'ACTIVATION_NOT_FINITE',
    `"${node}": channel ${channel} of value "${tensor}" is NaN or infinite on the samples`,
    { node, tensor, hint: `Check the samples of --calib, or exclude the layer with skip=${node}.` },
  );
}

/** A criterion that works from samples, called without any. */
export function samplesMissing(): StepError {
  return new StepError('SAMPLES_MISSING', 'The criterion needs sample inputs', {
    hint: 'Give the context a calibration with at least one sample.',
  });
}

/** Damage that is to be measured on too few samples. */
export function tooFewSamples(needed: number, given: number): StepError {
  return new StepError('SAMPLES_MISSING', `allocation=measured needs at least ${needed} samples, not ${given}`, {
    hint: 'Give more samples with --calib, or leave the choice to the scores: allocation=scores.',
  });
}

/** Damage that is to be measured on outputs that hold no real numbers. */
export function outputsNotMeasured(): StepError {
  return new StepError('OUTPUTS_NOT_MEASURED', 'allocation=measured needs an output of real numbers', {
    hint: 'Leave the choice to the scores: allocation=scores.',
  });
}

/** A budget below what pinned channels and `min-keep` allow. */
export function budgetUnreachable(budget: string, asked: number, least: number): StepError {
  return new StepError('BUDGET_UNREACHABLE', `${budget}=${asked} cannot be reached: at least ${least} stays`, {
    hint: `Ask for ${budget}=${least} or more, or lower min-keep; --verbose lists what cannot be removed.`,
  });
}

/** A budget that whole blocks of channels come nowhere near to. */
export function budgetNotNear(budget: string, asked: number, reached: number, round: number | 'auto'): Diagnostic {
  return {
    code: 'BUDGET_NOT_NEAR',
    message: `${budget}=${asked}: the nearest that the layers allow is ${reached}`,
    hint: round === 'auto' ? 'The channels that may go do not divide more finely.' : 'A smaller round comes nearer.',
  };
}

/** A budget of time that the best of the measured candidates exceeds. */
export function latencyAbove(asked: number, measured: number): Diagnostic {
  return {
    code: 'LATENCY_ABOVE',
    message: `keep-latency=${asked}: the best of the measured candidates takes ${measured.toFixed(3)} of the time`,
    hint: 'Ask for a little less, or measure again on a quiet machine.',
  };
}

/** A model that cannot be timed, with a budget of time. */
export function latencyNotMeasured(cause: CompressError | undefined): StepError {
  return new StepError('LATENCY_NOT_MEASURED', `keep-latency: ${cause?.message ?? 'onnxruntime reports no time'}`, {
    hint: 'Use keep-macs, or a recipe from the report of an earlier run, which has the times as "costs".',
    cause,
  });
}

/** A plan that does not fit the model. */
function planDoesNotFit({ node, tensor, axis }: Removal, problem: string): UsageError {
  const place = `axis ${axis} of weight "${tensor}" at "${node}"`;
  return new UsageError('PLAN_DOES_NOT_FIT', `The plan does not fit the model: ${place} ${problem}`, {
    node,
    tensor,
    hint: 'Apply the plan to the model that it was made for, or make a new one with --plan.',
  });
}

/** A plan for channels that no layer of the model computes. */
export function planHasOtherWeight(removal: Removal): UsageError {
  return planDoesNotFit(removal, 'is not where a layer of this model computes channels');
}

/** A plan with what a layer reads that the model does not have. */
export function planHasOtherReader(removal: Removal): UsageError {
  return planDoesNotFit(removal, 'is not where this layer of the model reads channels as the plan says');
}

/** A plan for a layer of another width. */
export function planHasOtherSize(removal: Removal, actual: number): UsageError {
  return planDoesNotFit(removal, `has ${actual} positions here, and ${removal.size} in the plan`);
}

/** A plan for a channel that does not exist. */
export function planHasOtherChannel(removal: Removal, channel: number): UsageError {
  return planDoesNotFit(removal, `has no position ${channel}`);
}

/** A plan that removes what has to stay. */
export function planRemovesPinned(removal: Removal, channel: number, reason: string): UsageError {
  return planDoesNotFit(removal, `has to keep position ${channel}: ${reason}`);
}

/** A plan that separates channels that depend on each other. */
export function planSplitsUnit(removal: Removal, kept: number): UsageError {
  return planDoesNotFit(removal, `cannot keep position ${kept} without others that the plan removes`);
}

/** A plan that leaves nothing of a layer. */
export function planRemovesAll(removal: Removal): UsageError {
  return planDoesNotFit(removal, 'would lose all its positions, or all of one of the layers tied to it');
}
