import {
  assertGlobsMatch,
  createTransform,
  formatStep,
  type Step,
  type TechniqueFamily,
  type Transform,
} from '@onnx-compress/core';
import type { Model } from '@onnx-compress/graph';
import type { Recover } from '@onnx-compress/pruning';
import { needsCalibration, recoveryNeedsCalibration } from '../messages.js';
import { registry } from '../techniques.js';

/** A step that is ready to run. */
export interface PlannedStep {
  readonly step: Step;
  /** In spec grammar: `l1:0.4`. */
  readonly spec: string;
  /** As messages and progress name it: `prune l1:0.4`, `tidy`. */
  readonly title: string;
  readonly transform: Transform;
}

/** The value of the option `recover` that means nothing without samples. */
const NEEDS_SAMPLES: Recover = 'least-squares';

/** Names of the techniques of a family that work without samples. */
function withoutCalibration(family: TechniqueFamily): readonly string[] {
  return registry
    .list(family)
    .filter(({ needsCalibration: needed }) => !needed)
    .map(({ name }) => name);
}

/**
 * Makes steps ready to run, and refuses what can be refused before anything is read: unknown options, missing
 * calibration, globs that match nothing.
 *
 * @param hasSamples whether there will be samples for steps to work from
 * @throws UsageError
 */
export function planSteps(model: Model, steps: readonly Step[], hasSamples: boolean): readonly PlannedStep[] {
  const labels = [...model.nodes()].map(({ label }) => label);
  return steps.map((step) => {
    const spec = formatStep(registry, step);
    const title = step.family === 'cleanup' ? spec : `${step.family} ${spec}`;
    const { needsCalibration: needed } = registry.find(step.family, step.technique);
    const { recover } = step.options;
    if (needed && !hasSamples) throw needsCalibration(title, withoutCalibration(step.family));
    if (!hasSamples && recover === NEEDS_SAMPLES) throw recoveryNeedsCalibration(title);
    assertGlobsMatch(step, labels);
    return { step, spec, title, transform: createTransform(registry, step) };
  });
}
