import { defineTechnique, type Technique } from '@onnx-compress/core';
import { mixedTransform } from '../mixed/mixed-transform.js';
import { mixedOptions } from '../mixed/options.js';

/**
 * Each layer in the format that it bears, within a limit for the whole.
 *
 * @param techniques those that formats are made of
 */
export const mixed = (techniques: readonly Technique[]) =>
  defineTechnique({
    family: 'quant',
    name: 'mixed',
    summary: 'each layer in one of several formats, so that the outputs lose least within a limit of bytes',
    reference: 'HAWQ-V3, Yao et al. 2021; multiple-choice knapsack, exact',
    positional: 'formats',
    options: mixedOptions,
    needsCalibration: false,
    create: (options, nodes) => mixedTransform(options, nodes, techniques),
  });
