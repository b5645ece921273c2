import { defineTechnique } from '@onnx-compress/core';
import { int8Options } from '../int8-options.js';
import { int8Transform } from '../int8-transform.js';

/** One scale for each output channel of a weight, at four bytes a channel; the default choice. */
export const int8PerChannel = defineTechnique({
  family: 'quant',
  name: 'int8-per-channel',
  summary: 'int8 weights, one scale per output channel; large matrix products also quantize activations at run time',
  reference: 'Jacob et al. 2018; ONNX QuantizeLinear, zero point 0, scale = max |w| / 127',
  positional: undefined,
  options: int8Options,
  needsCalibration: false,
  create: (options, nodes) => int8Transform({ name: 'int8-per-channel', granularity: 'per-channel' }, options, nodes),
});
