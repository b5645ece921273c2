import { defineTechnique } from '@onnx-compress/core';
import { int8Options } from '../int8-options.js';
import { int8Transform } from '../int8-transform.js';

/**
 * One scale for a whole weight: the smallest form. Layers whose channels differ in size, as depthwise convolutions do,
 * can lose so much that per-channel scales are needed.
 */
export const int8PerTensor = defineTechnique({
  family: 'quant',
  name: 'int8-per-tensor',
  summary: 'int8 weights, one scale per weight tensor; large matrix products also quantize activations at run time',
  reference: 'Jacob et al. 2018; ONNX QuantizeLinear, zero point 0, scale = max |w| / 127',
  positional: undefined,
  options: int8Options,
  needsCalibration: false,
  create: (options, nodes) => int8Transform({ name: 'int8-per-tensor', granularity: 'per-tensor' }, options, nodes),
});
