import { defineTechnique } from '@onnx-compress/core';
import { z } from 'zod';
import { amount, readPattern } from '../masks/amount.js';

const options = z
  .strictObject({
    amount,
    scope: z
      .enum(['layer', 'global'])
      .default('layer')
      .describe('whether the part is that of each weight or of all weights together; a pattern is kept in each'),
  })
  .refine(({ amount: given }) => typeof given === 'number' || readPattern(given) !== undefined, {
    path: ['amount'],
    message: 'of N:M, N must be smaller than M',
  });

/**
 * Magnitude masks: `score(w) = |w|` of every weight of Conv, ConvTranspose, Gemm, MatMul, LSTM, GRU and RNN, biases
 * left alone; the smallest become zero, exactly `round(amount * weights)` of them, ties keep the lower index. `N:M` keeps
 * the N largest of every M consecutive weights along the axis that the layer sums over.
 *
 * Shapes stay, so the file keeps its size and onnxruntime its time: only a compressed file gets smaller.
 *
 * @example l1Unstructured.create({ amount: '2:4', scope: 'layer' }, { include: [], skip: [] })
 */
export const l1Unstructured = defineTechnique({
  family: 'prune',
  name: 'l1-unstructured',
  summary: 'Sets the smallest weights to zero; the file only gets smaller when compressed, and runs no faster',
  reference: 'Han et al., Learning both Weights and Connections for Efficient Neural Networks, arXiv:1506.02626',
  positional: 'amount',
  options,
  needsCalibration: false,
  create: (settings, nodes) => ({
    name: 'prune l1-unstructured',
    exact: false,
    async run(model, context) {
      const { maskModel } = await import('../masks/mask-model.js');
      return maskModel(model, settings, nodes, context);
    },
  }),
});
