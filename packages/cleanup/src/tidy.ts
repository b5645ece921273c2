import { defineTechnique, matchNodes } from '@onnx-compress/core';
import { z } from 'zod';
import { foldConstants } from './rewrites/fold-constants.js';
import { mergeDuplicates } from './rewrites/merge-duplicates.js';
import { mergeEqualNodes } from './rewrites/merge-equal-nodes.js';
import { removeDead } from './rewrites/remove-dead.js';
import { removeIdentities } from './rewrites/remove-identities.js';
import { storeConstants } from './rewrites/store-constants.js';
import { runRewrites } from './run-rewrites.js';

const REWRITES = [removeIdentities, storeConstants, foldConstants, mergeDuplicates, mergeEqualNodes, removeDead];

/** Removes what computes nothing: dead code, identities, duplicates, constant subgraphs. Changes no result at all. */
export const tidy = defineTechnique({
  family: 'cleanup',
  name: 'tidy',
  summary: 'dead code, identities, duplicate weights, Constant nodes, constant subgraphs',
  reference: 'ONNX IR specification; onnxruntime graph optimizations, level basic',
  positional: undefined,
  options: z.strictObject({}),
  needsCalibration: false,
  create: (_options, nodes) => ({
    name: 'tidy',
    exact: true,
    run: (model, context) => runRewrites(model, REWRITES, { context, selected: matchNodes(nodes) }),
  }),
});
