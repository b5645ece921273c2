export { Expectations } from './expectations/expectations.js';
export { type Moments, unknownMoments } from './expectations/moments.js';
export { type Found, fromBias, fromNormalization, type Origin } from './expectations/origin.js';
export { normalizedFrom } from './expectations/origins.js';
export type { ColumnRange } from './gram/centred-block.js';
export { type CentredGram, centredGram } from './gram/centred-gram.js';
export { type GramSampling, gramsOfRows, inputGrams } from './gram/input-grams.js';
export { inputRows } from './gram/input-rows.js';
export { addToBias, biasOf, takesBias } from './layers/add-to-bias.js';
export { type Contraction, channelAxisOf, contractionOf, contributionOf } from './layers/contraction.js';
export { type LinearLayer, linearLayer } from './layers/linear-layer.js';
export { perChannelConstant } from './layers/per-channel-constant.js';
export { readWeightMatrix, writeWeightMatrix } from './layers/weight-matrix.js';
export {
  type RefitMethod,
  type Replacement,
  type SampledLayer,
  sampledLayer,
  withoutColumns,
} from './least-squares/without-columns.js';
export type { KeptChannels, ModelPair } from './model-pair.js';
export { correctBiases } from './moments/correct-biases.js';
export { matchMomentsByNormalization } from './moments/match-by-normalization.js';
export { type MomentOptions, matchMoments } from './moments/match-moments.js';
export type { MomentContext } from './moments/passes.js';
export { type OutputLikeness, OutputReference } from './outputs/output-reference.js';
export { type Recovery, recover } from './recover.js';
export { repairModel } from './repair-model.js';
export { collectRows } from './rows/collect-rows.js';
export { positionsOf } from './rows/positions-of.js';
export type { RowSampling, Wanted, WantedChannels, WantedInputs } from './rows/wanted.js';
export { layerOutput } from './sequence/measured-value.js';
export { sampleDims } from './sequence/sample-dims.js';
