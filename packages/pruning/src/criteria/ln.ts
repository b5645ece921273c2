import { defineTechnique } from '@onnx-compress/core';
import { z } from 'zod';
import { structuredPruning } from '../structured-pruning.js';
import { structuredOptions } from './options.js';
import { weightNorm } from './weight-norm.js';

/**
 * Ln norm of any order p above 0: `score(c) = (sum |W[c, ...]|^p)^(1/p)`, the ranking of PyTorch's `ln_structured`;
 * lowest go, ties keep the lower index.
 *
 * @example ln.create({ ratio: 0.4, p: 3, round: 'auto', minKeep: 0.2 }, { include: [], skip: [] })
 */
export const ln = defineTechnique({
  family: 'prune',
  name: 'ln',
  summary: 'Removes the channels whose weights have the smallest norm of order p',
  reference: 'torch.nn.utils.prune.ln_structured (PyTorch documentation)',
  positional: 'ratio',
  options: structuredOptions.safeExtend({ p: z.number().positive().default(2).describe('order of the norm') }),
  needsCalibration: false,
  create: ({ p, ...options }, nodes) => structuredPruning('ln', weightNorm(p), options, nodes),
});
