import type { Change } from '@onnx-compress/core';

/** What was done to a node, as the report shows it; `action` groups the counts. */
const change = (node: string, action: string, reason: string): Change => ({ node, action, reason });

export const deadNode = (node: string): Change => change(node, 'dead-nodes', 'nothing reads its outputs');

export const deadWeight = (name: string): Change => change(name, 'dead-weights', 'nothing reads it');

export const identityNode = (node: string, opType: string): Change =>
  change(node, 'identities', `${opType} passes its input on unchanged`);

export const storedConstant = (node: string): Change =>
  change(node, 'constants', 'Constant node stored as an initializer');

export const duplicateWeight = (name: string, original: string): Change =>
  change(name, 'duplicates', `same bytes as "${original}"`);

export const equalNode = (node: string, original: string): Change =>
  change(node, 'duplicates', `computes the same constant as "${original}"`);

export const foldedConstant = (node: string): Change => change(node, 'folded', 'its inputs are constants');

export const foldedInto = (node: string, neighbour: string): Change =>
  change(node, 'batch-norms', `folded into ${neighbour}`);

export const foldedAffine = (node: string, layers: readonly string[]): Change =>
  change(node, 'affines', layers.length > 0 ? `folded into ${layers.join(', ')}` : 'merged with its neighbours');

export const writtenOutHardSigmoid = (node: string): Change =>
  change(node, 'hard-sigmoids', 'a HardSigmoid written out');

/* Reasons for leaving a node alone. */

export const evaluationFailed = (cause: string): string => `its constant inputs could not be evaluated: ${cause}`;

export const trainingMode = (): string => 'normalizes with the statistics of the batch (training mode)';

export const statisticsUsed = (): string => 'its statistics outputs are used';

export const computedParameters = (): string => 'its parameters are not constants';

export const negativeVariance = (): string => 'its parameters give no finite scale';

export const noNeighbour = (): string => 'no neighbour can take it over exactly';

export const sharedValue = (value: string): string => `"${value}" has other readers`;

export const sharedWeight = (weight: string): string => `weight "${weight}" is shared with other nodes`;

export const paddedConv = (): string => 'the Conv behind it pads with zeros, which the norm would have shifted';

export const unsupportedType = (dataType: string): string => `weights of type ${dataType} are not rescaled`;

export const unevenOffset = (): string =>
  'the ConvTranspose behind it sums the offset over another part of its kernel from place to place';

export const withoutBias = (): string => 'a MatMul has no bias that could take the offset';
