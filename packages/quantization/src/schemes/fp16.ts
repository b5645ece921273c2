import { defineTechnique } from '@onnx-compress/core';
import { halfCompute } from '../half-precision/compute/half-compute.js';
import { float16Options } from '../half-precision/float16-options.js';
import { FLOAT16 } from '../half-precision/half-format.js';
import { halfStorage } from '../half-precision/half-storage.js';
import { float16BordersNeedCompute } from '../messages.js';

/** Weights as float16, for a file of half the size, or a model that computes in float16. */
export const fp16 = defineTechnique({
  family: 'quant',
  name: 'fp16',
  summary: 'weights stored as float16 and turned back when the model is loaded; or a model that computes in float16',
  reference: 'IEEE 754 binary16; ONNX Cast, round to nearest even',
  positional: 'compute',
  options: float16Options,
  needsCalibration: false,
  create({ compute, io }, nodes) {
    if (compute === 'float16') return halfCompute(io, nodes);
    if (io === 'float16') throw float16BordersNeedCompute();
    return halfStorage(FLOAT16, nodes);
  },
});
