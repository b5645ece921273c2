import type { Change } from '@onnx-compress/core';
import type { WorthCause, WorthFacts } from './worth.js';
import { bordersCost, dynamicCosts, floatKernels, foreignBytes, scalesOutweigh } from './worth-messages.js';

/** Most layers that a cause names. */
const MOST_NAMES = 3;

const bytesOf = (change: Change, key: 'bytesBefore' | 'bytesAfter') => {
  const bytes = change[key];
  return typeof bytes === 'number' ? bytes : 0;
};

const saved = (change: Change) => bytesOf(change, 'bytesBefore') - bytesOf(change, 'bytesAfter');

/** The layers whose weights are smallest: what is done at run time around them weighs most. */
function smallest(changes: readonly Change[]): readonly string[] {
  const rising = [...changes].sort((left, right) => bytesOf(left, 'bytesBefore') - bytesOf(right, 'bytesBefore'));
  return rising.slice(0, MOST_NAMES).map(({ node }) => node);
}

function slownessOf(changes: readonly Change[], calibrated: boolean): readonly WorthCause[] {
  const inForm = (wanted: string) => changes.filter(({ form }) => form === wanted);
  const [dynamic, fixed] = [inForm('dynamic'), inForm('static')];
  const causes = [
    ...(dynamic.length === 0 ? [] : [dynamicCosts(dynamic.length, smallest(dynamic), calibrated)]),
    ...(fixed.length === 0 ? [] : [bordersCost(fixed.length, smallest(fixed))]),
  ];
  return causes.length > 0 ? causes : [floatKernels(changes.length, calibrated)];
}

function growthOf(changes: readonly Change[]): WorthCause {
  const total = changes.reduce((sum, change) => sum + saved(change), 0);
  const growing = changes.filter((change) => saved(change) < 0);
  return total > 0 ? foreignBytes(total) : scalesOutweigh(changes.length, smallest(growing));
}

/** Why a result is slower or larger, as far as its steps tell; those that matter most first. */
export function causesOf(
  { steps, calibrated }: Pick<WorthFacts, 'steps' | 'calibrated'>,
  { slower, larger }: { readonly slower: boolean; readonly larger: boolean },
): readonly WorthCause[] {
  const changes = steps.filter(({ family }) => family === 'quant').flatMap(({ changed }) => changed);
  return [...(slower ? slownessOf(changes, calibrated) : []), ...(larger ? [growthOf(changes)] : [])];
}
