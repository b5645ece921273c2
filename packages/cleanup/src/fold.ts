import { defineTechnique, matchNodes } from '@onnx-compress/core';
import { z } from 'zod';
import { foldBatchNorms } from './rewrites/fold-batch-norms.js';
import { runRewrites } from './run-rewrites.js';

/** Folds BatchNormalization into the weights of its neighbours; exact up to the rounding of the weights. */
export const fold = defineTechnique({
  family: 'cleanup',
  name: 'fold',
  summary: 'BatchNormalization into the Conv, ConvTranspose, Gemm or MatMul before or behind it',
  reference: 'Ioffe and Szegedy 2015, inference form; Jacob et al. 2018, section 3.2',
  positional: undefined,
  options: z.strictObject({}),
  needsCalibration: false,
  create: (_options, nodes) => ({
    name: 'fold',
    exact: true,
    run: (model, context) => runRewrites(model, [foldBatchNorms], { context, selected: matchNodes(nodes) }),
  }),
});
