/** Why a layer stays dense: the texts that end up in a report's list of skipped nodes. */

export const depthwise = () => 'each of its outputs sees one input channel only, which leaves no matrix to factor';
export const sharedWeight = (name: string) => `its weight "${name}" is read elsewhere too`;
export const insideBody = (owner: string) => `it is in the body of "${owner}"`;
export const insideFunction = (name: string) => `it is in the model function "${name}"`;
export const computedWeight = () => 'its weight is no constant: it is fed or computed by the graph';
export const sparseWeight = (name: string) => `its weight "${name}" is stored sparse, and its factors would be dense`;
export const notMatrix = (axes: number) => `its weight has ${axes} axes; only those with two are factored`;
export const grouped = (groups: number) => `its ${groups} groups see different inputs; svd-conv factors group by group`;
export const notTwoDimensional = (axes: number) => `it slides along ${axes} axes; only those with two are separated`;
export const onePosition = () => 'its kernel has one position; svd factors it';
export const tableOfBfloat16 = () => 'its table is bfloat16, of which onnxruntime computes no products';
export const nonFiniteWeight = (name: string) => `its weight "${name}" holds a number that is not finite`;
export const noRankSaves = () => 'none of its ranks is at least 10 % cheaper';
export const rankTooLarge = (rank: number, most: number) =>
  most === 0 ? noRankSaves() : `rank ${rank} is not 10 % cheaper here: at most ${most} is`;
export const lessEnergy = (energy: number) => `no rank that is at least 10 % cheaper keeps ${energy} of its energy`;
export const othersLoseLess = () => 'other layers lose less for what they free';
