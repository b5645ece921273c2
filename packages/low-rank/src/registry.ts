import { spatialSvd } from './methods/spatial-svd.js';
import { svd } from './methods/svd.js';
import { svdConv } from './methods/svd-conv.js';
import { tucker2 } from './methods/tucker2.js';

/** All factorizations. Adding one: a file in methods/, a line here, a test, a section in the documentation. */
export const lowRankTechniques = [svd, svdConv, spatialSvd, tucker2] as const;
