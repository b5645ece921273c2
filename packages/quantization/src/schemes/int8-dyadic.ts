import { defineTechnique } from '@onnx-compress/core';
import { dyadicOptions } from '../dyadic/dyadic-options.js';
import { dyadicTransform } from '../dyadic/dyadic-transform.js';

/** int8 that a device without floats computes exactly; as fast as int8 with known scales. */
export const int8Dyadic = defineTechnique({
  family: 'quant',
  name: 'int8-dyadic',
  summary: 'int8 between the layers, every sum rescaled by an integer over a power of two; also as plain integers',
  reference: 'Yao et al. 2021 (HAWQ-V3), with scales that make the multipliers exact',
  positional: undefined,
  options: dyadicOptions,
  needsCalibration: true,
  create: dyadicTransform,
});
