import { defineTechnique } from '@onnx-compress/core';
import { int8Options, weightOptions } from '../int8-options.js';
import { int8Transform } from '../int8-transform.js';

/**
 * Every matrix product quantizes its activations at run time, whatever its size. No samples are needed, and ranges fit
 * every input; all other layers have int8 weights only.
 */
export const int8Dynamic = defineTechnique({
  family: 'quant',
  name: 'int8-dynamic',
  summary: 'int8 weights, activations of all matrix products quantized at run time; needs no samples',
  reference: 'ONNX DynamicQuantizeLinear and MatMulInteger',
  positional: undefined,
  options: weightOptions,
  needsCalibration: false,
  create: (options, nodes) => {
    const scheme = { name: 'int8-dynamic', granularity: 'per-channel' } as const;
    return int8Transform(scheme, int8Options.parse({ ...options, activations: 'dynamic' }), nodes);
  },
});
