import { UsageError } from '@onnx-compress/core';

/** A sidecar of a run that quantizes to no dyadic scales. */
export function noDyadicStep(): UsageError {
  return new UsageError('SIDECAR_WITHOUT_DYADIC', 'A sidecar lists dyadic scales, and no step makes any', {
    hint: 'Add --quant int8-dyadic.',
  });
}
