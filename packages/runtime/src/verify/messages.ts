import { type ErrorDetails, ModelError } from '@onnx-compress/core';
import type { OptimizationLevel } from '../host/contract.js';
import type { HostError } from '../host/errors.js';

/** The original itself does not load or run, so there is nothing to compare with. */
export function originalDoesNotRun(error: HostError): ModelError {
  const unknownOperator = error.phase === 'load' ? error.hint : undefined;
  const details: ErrorDetails = {
    hint:
      unknownOperator ??
      'Fix inputs with --input name=value and sizes with --dim name=value, or rewrite it unverified with --verify off.',
    cause: error,
  };
  return new ModelError('ORIGINAL_DOES_NOT_RUN', `The original model does not run: ${error.message}`, details);
}

/** Reason: onnxruntime refuses to load the candidate. */
export function doesNotLoad(level: OptimizationLevel, error: HostError): string {
  return `does not load at optimization level '${level}': ${error.message}`;
}

/** Reason: the candidate stops with an error. */
export function doesNotRun(level: OptimizationLevel, error: HostError): string {
  return `does not run at optimization level '${level}': ${error.message}`;
}

/** Reason: an input or output of the original is gone. */
export function missingValue(kind: 'input' | 'output', name: string): string {
  return `${kind} "${name}" is missing`;
}

/** Reason: an input or output that the original does not have. */
export function extraValue(kind: 'input' | 'output', name: string): string {
  return `${kind} "${name}" is not in the original`;
}

/** Reason: inputs or outputs are the same, in another order. */
export function otherOrder(kind: 'input' | 'output'): string {
  return `the ${kind}s have another order`;
}

/** Reason: type or rank of an input or output changed. */
export function otherType(kind: 'input' | 'output', name: string, before: string, after: string): string {
  return `${kind} "${name}" was ${before} and is now ${after}`;
}

/** Reason: an output has another shape than the original's for the same inputs. */
export function otherShape(name: string, before: readonly number[], after: readonly number[]): string {
  return `output "${name}" has shape [${after.join(', ')}], the original [${before.join(', ')}]`;
}

/** Reason: NaN or infinity where the original gives numbers. */
export function notFinite(name: string, count: number): string {
  return `output "${name}" has ${count} values that are NaN or infinite, and finite in the original`;
}

/** Reason: optimized and unoptimized graph give different results. */
export function disagreesWithItself(name: string, error: number, tolerance: number): string {
  return `output "${name}" differs by ${percent(error)} between optimization levels, more than ${percent(tolerance)}`;
}

/** Reason: a rewrite that must not change anything did. */
export function notExact(name: string, error: number, tolerance: number): string {
  return `output "${name}" changed by ${percent(error)} though every step is exact (rounding: ${percent(tolerance)})`;
}

/** Warning: outputs of a type that Node.js cannot read. */
export function notCompared(names: readonly string[]): string {
  return `not compared, since Node.js cannot read their type: ${names.map((name) => `"${name}"`).join(', ')}`;
}

/** Warning: outputs that the original itself does not repeat. */
export function differsFromRunToRun(names: readonly string[]): string {
  return `not compared, since the original gives other values in every run: ${names.map((name) => `"${name}"`).join(', ')}`;
}

/** Warning: outputs without a signal. */
export function onlyRounding(names: readonly string[]): string {
  const list = names.map((name) => `"${name}"`).join(', ');
  return `zero but for rounding on these inputs: ${list}; its likeness says nothing, give samples with --calib`;
}

/** Warning: the original runs at one level only. */
export function oneLevelOnly(failed: OptimizationLevel, error: HostError): string {
  return `the original does not run at optimization level '${failed}', so nothing was checked there: ${error.message}`;
}

/** Warning: sizes that depend on values differ. */
export function sizesDiffer(name: string): string {
  return `output "${name}" has a size that depends on its values, and it differs; missing values counted as 0`;
}

function percent(fraction: number): string {
  return Number.isFinite(fraction) ? `${Number((fraction * 100).toPrecision(3))} %` : 'infinitely much';
}
