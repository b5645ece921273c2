export { absoluteMax, absoluteMaxPerChannel, hasNonFinite } from './absolute-max.js';
export { additiveScales, type SignedSums, signedSums } from './additive-scales.js';
export { type Assignment, type AssignmentSearch, assign, assignGreedily } from './assignment.js';
export { convexFront, exactFront, type FrontPoint } from './assignment-front.js';
export type { AssignmentOption } from './assignment-hull.js';
export { bfloat16ToFloat32, float32ToBfloat16 } from './bfloat16.js';
export { addBinCounts } from './bin-counts.js';
export { type BitPiece, bitPieces, packedLength, packPiece, pieceTable } from './bit-packing.js';
export { blockErrorEnergy } from './block-error-energy.js';
export { type BlockExtremes, blockExtremes } from './block-extremes.js';
export { type BlockLayout, blocksPerRow, HIGHEST_NIBBLE, MIDDLE_NIBBLE } from './block-layout.js';
export { roundToPackedBlocks } from './block-packed-rounding.js';
export { packBlockRows, packBlockZeros, packNibbles } from './block-packing.js';
export { affineBlocks, type BlockParameters, symmetricBlocks, transposedParameters } from './block-parameters.js';
export { restoreFromBlocks } from './block-restoring.js';
export { roundToBlocks } from './block-rounding.js';
export { roundToBlockRows } from './block-row-rounding.js';
export { type Bands, bandsOf } from './block-runs.js';
export { type ChannelExtremes, channelExtremes } from './channel-extremes.js';
export type { Rows } from './channel-rows.js';
export { type ChannelStatistics, channelStatistics } from './channel-statistics.js';
export { dequantizeSymmetric } from './dequantize.js';
export { distanceSums } from './distance-sums.js';
export { entropy } from './entropy.js';
export { type ErrorEnergy, errorEnergy } from './error-energy.js';
export { type Float8Format, float8ToFloat32 } from './float8.js';
export { gatherAxis } from './gather-axis.js';
export { type InputLayout, magnitudesTimesInputs, squaresPerInput } from './grouped-inputs.js';
export { float16ToFloat32, float32ToFloat16 } from './half-float.js';
export { halfQuadraticBlocks } from './half-quadratic.js';
export { histogram, typicalRange } from './histogram.js';
export { type Clusters, kMeans, type WeightedPoints } from './k-means.js';
export { WeightedBins } from './k-means-bins.js';
export { type ChannelLayout, channelLayout, wholeTensor } from './layout.js';
export { type IntegerRange, roundByGram } from './linear-algebra/adaptive-rounding.js';
export { BackwardElimination } from './linear-algebra/backward-elimination.js';
export { factorCholesky, invertFromCholesky, solveCholesky } from './linear-algebra/cholesky.js';
export { type GptqOptions, gptq } from './linear-algebra/gptq.js';
export type { AssignedBlocks } from './linear-algebra/gptq-rows.js';
export { type GreedyOrder, greedyOrder } from './linear-algebra/greedy-order.js';
export {
  addGroupedGrams,
  addGroupedProducts,
  type GroupedRows,
  groupedPredictions,
  solveGroupedRidge,
} from './linear-algebra/grouped-least-squares.js';
export { type LassoSelection, lassoEntries, lassoPath } from './linear-algebra/lasso-path.js';
export { invertLower } from './linear-algebra/lower-inverse.js';
export { inRanges, type Pause, paced, type Steps } from './linear-algebra/pacing.js';
export { type RidgeProblem, solveRidge } from './linear-algebra/ridge.js';
export { rowProducts } from './linear-algebra/row-products.js';
export {
  type SymmetricEigen,
  symmetricEigen,
  symmetricEigenvalues,
  type TridiagonalEigen,
  tridiagonalEigen,
} from './linear-algebra/symmetric-eigen.js';
export type { Tridiagonal } from './linear-algebra/tridiagonal.js';
export {
  packInt4,
  packUint4,
  unpackFloat4e2m1,
  unpackInt2,
  unpackInt4,
  unpackUint2,
  unpackUint4,
} from './low-bits.js';
export { normPerChannel } from './norms.js';
export { productDistanceSums, type RowProducts } from './product-distance-sums.js';
export { quantizeSymmetric } from './quantize.js';
export { type AffineParameters, dequantizeAffine, quantizeAffine } from './quantize-affine.js';
export { roundHalfToEven } from './rounding.js';
export { roundingErrors } from './rounding-errors.js';
export { RunningMoments } from './running-moments.js';
export { nearestEntries, type ScaledTables, squaredErrors, tableEntries } from './scaled-tables.js';
export { argMaxLast, argMaxOfChannels, cosineSimilarity, maxAbsoluteError, signalToNoiseDb } from './similarity.js';
export { type SortedValues, sortValues } from './sorted-values.js';
export { holm } from './statistics/holm.js';
export { type CoveredInterval, medianInterval } from './statistics/median-interval.js';
export { median, quantile, quantiles } from './statistics/quantile.js';
export { signTest } from './statistics/sign-test.js';
export { coveringBlocks, roundRowAtRandom } from './stochastic-blocks.js';
export { roundStochastically, uniformAt } from './stochastic-rounding.js';
export { halfScale, type StoreScale } from './stored-scale.js';
export {
  type ChosenEntries,
  leastSquaresScales,
  leastSquaresTable,
  type SharedTable,
} from './table-least-squares.js';
export { ternaryScale } from './ternary-scale.js';
export { transpose2d } from './transpose.js';
