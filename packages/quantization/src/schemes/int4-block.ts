import { defineTechnique } from '@onnx-compress/core';
import { blockOptions } from '../blocks/block-options.js';
import { blockTransform } from '../blocks/block-transform.js';

/** Weights as integers of 4 bits, with a scale for each block of neighbours. */
export const int4Block = defineTechnique({
  family: 'quant',
  name: 'int4-block',
  summary: 'weights of 4 bits with a scale for each block of 32; large matrix products and tables compute with them',
  reference: 'ONNX DequantizeLinear with block_size (opset 21); MatMulNBits and GatherBlockQuantized of onnxruntime',
  positional: 'blockSize',
  options: blockOptions,
  needsCalibration: false,
  create: (options, nodes) => blockTransform('int4-block', options, nodes),
});
