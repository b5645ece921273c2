import { StepError } from '@onnx-compress/core';

/** A weight whose channels cannot be ranked. */
export function scoreNotFinite(node: string, tensor: string, channel: number): StepError {
  return new StepError(
    'SCORE_NOT_FINITE',
    `"${node}": channel ${channel} of weight "${tensor}" holds NaN or infinity`,
    {
      node,
      tensor,
      hint: `Exclude the layer with skip=${node}, or repair the model.`,
    },
  );
}
