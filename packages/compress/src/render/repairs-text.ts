import type { LayerRepair } from '@onnx-compress/core';
import { isRepaired, type RepairMethod, type RepairSummary } from '../report/repair-summary.js';
import type { StepRecord } from '../report/report.js';
import { formatCount, formatNumberOf } from './quantities.js';
import { stepTitle } from './step-text.js';

/** How a layer was repaired, in words. */
export const REPAIR_WORDS: Readonly<Record<RepairMethod, string>> = {
  'least-squares': 'least squares',
  'mean-variance': 'mean and variance',
  mean: 'mean',
  rounding: 'rounding',
};

/** An error relative to the variance of what the layer computed: `0.31`, `0.000012`. */
export function formatError(error: number): string {
  return String(Number(error.toPrecision(2)));
}

/** `repaired least squares, mean`. */
export function repairTitle({ methods }: RepairSummary): string {
  return ['repaired', methods.map((method) => REPAIR_WORDS[method]).join(', ')].join(' ').trimEnd();
}

/** `17 of 18 layers, error 0.31 -> 0.04 (median)`. */
export function repairNote({ repaired, layers, error }: RepairSummary): string {
  const count = `${repaired === 0 ? 'none' : formatCount(repaired)} of ${formatNumberOf(layers, 'layer')}`;
  if (error === undefined) return count;
  return `${count}, error ${formatError(error.before)} -> ${formatError(error.after)} (median)`;
}

function errorText({ errorBefore, errorAfter }: LayerRepair): string | undefined {
  if (errorBefore === undefined) return undefined;
  const after = errorAfter === undefined ? '' : ` -> ${formatError(errorAfter)}`;
  return `error ${formatError(errorBefore)}${after}`;
}

/** What became of one layer: `repaired by least squares, error 0.31 -> 0.04`, `left as it is: it has one input`. */
function outcome(repair: LayerRepair): string {
  const { method, reason } = repair;
  const how = method === undefined ? undefined : REPAIR_WORDS[method];
  const error = errorText(repair);
  if (isRepaired(repair)) return [`repaired by ${how}`, ...(error === undefined ? [] : [error])].join(', ');
  const tried = [...(how === undefined ? [] : [how]), ...(error === undefined ? [] : [error])].join(', ');
  return `not repaired: ${reason ?? 'nothing was tried'}${tried === '' ? '' : ` (${tried})`}`;
}

/** A line for each layer that a step looked at. Pure. */
export function repairLines(steps: readonly StepRecord[]): readonly string[] {
  return steps.flatMap((step) =>
    (step.repairs ?? []).map((repair) => `  ${stepTitle(step)}: ${repair.node} ${outcome(repair)}`),
  );
}
