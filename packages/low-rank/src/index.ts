export { spatialSvd } from './methods/spatial-svd.js';
export { svd } from './methods/svd.js';
export { svdConv } from './methods/svd-conv.js';
export { tucker2 } from './methods/tucker2.js';
export { type LowRankOptions, lowRankOptions } from './options.js';
export { lowRankTechniques } from './registry.js';
