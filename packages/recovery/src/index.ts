export { addToBias, takesBias } from './layers/add-to-bias.js';
export { type Contraction, channelAxisOf, contractionOf, contributionOf } from './layers/contraction.js';
export { type LinearLayer, linearLayer } from './layers/linear-layer.js';
export { perChannelConstant } from './layers/per-channel-constant.js';
export { readWeightMatrix, writeWeightMatrix } from './layers/weight-matrix.js';
