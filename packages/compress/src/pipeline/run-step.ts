import {
  CancelledError,
  CompressError,
  type Context,
  StepError,
  type StepResult,
  UsageError,
} from '@onnx-compress/core';
import { dropStaleShapes, type Model } from '@onnx-compress/graph';
import { known } from '../failures.js';
import { stepFailed, stepLeftUnsound } from '../messages.js';
import type { PlannedStep } from './planned-step.js';

/** Errors of a step that already say all that is to say. */
const PASSED_ON = [CancelledError, UsageError, StepError] as const;

/** What a step threw, as the pipeline passes it on; bugs stay what they are. */
function failure(error: unknown, title: string, previous: readonly string[], signal: AbortSignal): unknown {
  const cause = known(error, signal);
  if (!(cause instanceof CompressError) || PASSED_ON.some((kind) => cause instanceof kind)) return cause;
  return stepFailed(title, previous, cause);
}

/**
 * Runs one step on a model, in place, and checks what it left.
 *
 * @param previous titles of the steps before it, for messages
 * @throws StepError when the step fails or leaves an unsound graph
 * @throws CancelledError when the signal fires
 */
export async function runStep(
  model: Model,
  { title, transform }: PlannedStep,
  context: Context,
  previous: readonly string[],
): Promise<StepResult> {
  try {
    const result = await transform.run(model, context);
    const problems = model.validate();
    if (problems.length > 0) throw stepLeftUnsound(title, previous, problems);
    if (result.changed.length > 0) dropStaleShapes(model);
    return result;
  } catch (error) {
    throw failure(error, title, previous, context.signal);
  }
}
