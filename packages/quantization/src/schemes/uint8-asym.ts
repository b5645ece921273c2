import { defineTechnique } from '@onnx-compress/core';
import { asymmetricOptions, int8Options } from '../int8-options.js';
import { int8Transform } from '../int8-transform.js';

/**
 * A zero point for each output channel besides its scale, so that 256 integers lie between its least and its largest
 * weight: closer where these lie unevenly about zero. The fast kernels for known activation scales want signed weights,
 * so activations are quantized at run time or not at all.
 */
export const uint8Asym = defineTechnique({
  family: 'quant',
  name: 'uint8-asym',
  summary: 'uint8 weights with a zero point per output channel: closer where the weights of a channel are lopsided',
  reference: 'Jacob et al. 2018; ONNX QuantizeLinear, scale = (max w - min w) / 255, zero included',
  positional: undefined,
  options: asymmetricOptions,
  needsCalibration: false,
  create: (options, nodes) => {
    const scheme = { name: 'uint8-asym', granularity: 'per-channel', integers: 'uint8' } as const;
    return int8Transform(scheme, int8Options.parse(options), nodes);
  },
});
