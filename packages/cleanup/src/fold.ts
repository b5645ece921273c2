import { defineTechnique, matchNodes } from '@onnx-compress/core';
import { z } from 'zod';
import { foldAffines } from './rewrites/fold-affines.js';
import { foldBatchNorms } from './rewrites/fold-batch-norms.js';
import { restoreHardSigmoids } from './rewrites/restore-hard-sigmoids.js';
import { runRewrites } from './run-rewrites.js';

const REWRITES = [foldBatchNorms, restoreHardSigmoids, foldAffines];

/** Folds normalizations and elementwise constants into the weights of layers; exact up to the rounding of the weights. */
export const fold = defineTechnique({
  family: 'cleanup',
  name: 'fold',
  summary: 'BatchNormalization and constant Mul, Add, Sub, Div into the layers around them; Hardswish in two nodes',
  reference: 'Ioffe and Szegedy 2015, inference form; Jacob et al. 2018, section 3.2; Howard et al. 2019, section 5.2',
  positional: undefined,
  options: z.strictObject({}),
  needsCalibration: false,
  create: (_options, nodes) => ({
    name: 'fold',
    exact: true,
    run: (model, context) => runRewrites(model, REWRITES, { context, selected: matchNodes(nodes) }),
  }),
});
