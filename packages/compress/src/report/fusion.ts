import type { Change } from '@onnx-compress/core';
import type { StepRecord } from './report.js';

/** Whether onnxruntime computes layers with quantized activations on integers, by the graph that it really runs. */
export interface FusionRecord {
  /** Labels of layers that an integer kernel computes. */
  readonly fused: readonly string[];
  /** Labels of layers that are turned back into floats, or computed in several steps, at every run. */
  readonly unfused: readonly string[];
  /** Why nobody looked; both lists are empty then. */
  readonly unknown?: string;
}

/** Forms in which a layer is meant for an integer kernel. */
const ON_INTEGERS: ReadonlySet<unknown> = new Set(['static', 'dynamic']);

/** Labels of the layers that steps meant for integer kernels. */
export function layersOnIntegers(steps: readonly Pick<StepRecord, 'family' | 'changed'>[]): ReadonlySet<string> {
  const changes = steps.filter(({ family }) => family === 'quant').flatMap(({ changed }) => changed);
  return new Set(changes.filter(({ form }) => ON_INTEGERS.has(form)).map(({ node }) => node));
}

/** Steps whose changes say of each layer whether it was `fused`, as far as that is known. */
export function withFusion(steps: readonly StepRecord[], fusion: FusionRecord | undefined): readonly StepRecord[] {
  if (fusion === undefined || fusion.unknown !== undefined) return steps;
  const known = new Map([
    ...fusion.fused.map((node) => [node, true] as const),
    ...fusion.unfused.map((node) => [node, false] as const),
  ]);
  const told = (change: Change): Change => {
    const fused = ON_INTEGERS.has(change.form) ? known.get(change.node) : undefined;
    return fused === undefined ? change : { ...change, fused };
  };
  return steps.map((step) => (step.family === 'quant' ? { ...step, changed: step.changed.map(told) } : step));
}
