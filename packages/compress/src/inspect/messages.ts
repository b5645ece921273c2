import { nearestName, UsageError } from '@onnx-compress/core';

function hintFor(name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known);
  if (nearest !== undefined) return `Did you mean ${nearest}?`;
  return known.length === 0 ? 'The shapes of all inputs are fixed: leave --dim out.' : `Open are ${known.join(', ')}.`;
}

/** A size for a dimension that no input has, or that is fixed. */
export function unknownDim(name: string, known: readonly string[]): UsageError {
  return new UsageError('DIM_NOT_OPEN', `No input has a dimension "${name}" of open size`, {
    hint: hintFor(name, known),
  });
}
