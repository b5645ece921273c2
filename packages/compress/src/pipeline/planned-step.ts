import {
  assertGlobsMatch,
  type Calibration,
  createTransform,
  formatStep,
  type Step,
  type Transform,
} from '@onnx-compress/core';
import type { Model } from '@onnx-compress/graph';
import { needsCalibration } from '../messages.js';
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

/**
 * Makes steps ready to run, and refuses what can be refused before anything is read: unknown options, missing
 * calibration, globs that match nothing.
 *
 * @throws UsageError
 */
export function planSteps(
  model: Model,
  steps: readonly Step[],
  calibration: Calibration | undefined,
): readonly PlannedStep[] {
  const labels = [...model.nodes()].map(({ label }) => label);
  return steps.map((step) => {
    const spec = formatStep(registry, step);
    const title = step.family === 'cleanup' ? spec : `${step.family} ${spec}`;
    const { needsCalibration: needed } = registry.find(step.family, step.technique);
    if (needed && calibration === undefined) throw needsCalibration(title);
    assertGlobsMatch(step, labels);
    return { step, spec, title, transform: createTransform(registry, step) };
  });
}
