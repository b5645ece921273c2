import type { Removal, StepResult } from '@onnx-compress/core';
import { AxesLeft } from './axes-left.js';

function joined(first: Removal | undefined, second: Removal): Removal {
  if (first === undefined) return second;
  return { ...first, channels: [...first.channels, ...second.channels].sort((left, right) => left - right) };
}

/**
 * What steps that ran one after the other removed together, in terms of the model before the first of them.
 *
 * @param steps their results, in the order in which they ran
 */
export function composeRemovals(steps: readonly Pick<StepResult, 'changed' | 'removals'>[]): readonly Removal[] {
  const axes = new AxesLeft();
  const composed = new Map<string, Removal>();
  for (const { changed, removals = [] } of steps) {
    for (const removal of removals) {
      const key = JSON.stringify([removal.node, removal.tensor, removal.axis]);
      composed.set(key, joined(composed.get(key), axes.inFirstTerms(removal)));
    }
    axes.shorten(changed);
  }
  return [...composed.values()];
}
