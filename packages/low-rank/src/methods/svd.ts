import { defineTechnique } from '@onnx-compress/core';
import { factorization } from '../factorization.js';
import { lowRankOptions } from '../options.js';
import { pointwise } from '../sites/convolution.js';
import { embedding } from '../sites/embedding.js';
import { matrixProduct } from '../sites/matrix-product.js';
import { firstOf } from './kinds.js';

/** Truncated singular value decomposition of matrices: MatMul, Gemm, 1x1 convolutions and, if asked for, tables. */
export const svd = defineTechnique({
  family: 'low-rank',
  name: 'svd',
  summary: 'MatMul, Gemm and 1x1 Conv as two thinner layers, by truncated singular value decomposition',
  reference: 'Eckart and Young 1936; in the metric of the data: Wang et al., SVD-LLM, arXiv:2403.07378',
  positional: 'ratio',
  options: lowRankOptions,
  needsCalibration: false,
  create: (options, nodes) => {
    const kinds = options.embeddings ? [matrixProduct, pointwise, embedding] : [matrixProduct, pointwise];
    return factorization({ name: 'svd', siteOf: firstOf(...kinds) }, options, nodes);
  },
});
