import type { Change, StepResult } from '@onnx-compress/core';
import type { StoredConstants } from '../constants/stored-means.js';
import { AxesLeft } from './axes-left.js';

/** Numbers of a report entry; none where it holds anything else. */
function numbers(value: Change[string] | undefined): readonly number[] {
  return Array.isArray(value) ? value.map(Number) : [];
}

function constantsOf({ node, tensor, axis, sizeBefore, removed, constants }: Change): readonly StoredConstants[] {
  const values = numbers(constants);
  if (typeof tensor !== 'string' || typeof axis !== 'number' || typeof sizeBefore !== 'number') return [];
  return values.length === 0 ? [] : [{ node, tensor, axis, size: sizeBefore, channels: numbers(removed), values }];
}

/**
 * What the channels that steps removed one after the other were taken to hold, in terms of the model before the first of
 * them. A layer that several steps took channels from has an entry for each of them, in their order.
 *
 * @param steps their results, in the order in which they ran
 */
export function composeConstants(steps: readonly Pick<StepResult, 'changed'>[]): readonly StoredConstants[] {
  const axes = new AxesLeft();
  return steps.flatMap(({ changed }) => {
    const own = changed.flatMap(constantsOf).map((entry) => axes.inFirstTerms(entry));
    axes.shorten(changed);
    return own;
  });
}
