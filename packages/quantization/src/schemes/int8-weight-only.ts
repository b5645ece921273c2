import { defineTechnique } from '@onnx-compress/core';
import { int8Options, weightOptions } from '../int8-options.js';
import { int8Transform } from '../int8-transform.js';

/** Weights become int8 in the file and floats again when it is loaded: a quarter of the bytes, the time of the original. */
export const int8WeightOnly = defineTechnique({
  family: 'quant',
  name: 'int8-weight-only',
  summary: 'int8 weights in the file, floats when it is loaded: smaller, and as fast as before',
  reference: 'ONNX DequantizeLinear, zero point 0, scale = max |w| / 127',
  positional: undefined,
  options: weightOptions,
  needsCalibration: false,
  create: (options, nodes) => {
    const scheme = { name: 'int8-weight-only', granularity: 'per-channel' } as const;
    return int8Transform(scheme, int8Options.parse({ ...options, activations: 'none' }), nodes);
  },
});
