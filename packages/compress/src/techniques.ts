import { cleanupTechniques } from '@onnx-compress/cleanup';
import { createRegistry, type Registry } from '@onnx-compress/core';
import { lowRankTechniques } from '@onnx-compress/low-rank';
import { pruningTechniques } from '@onnx-compress/pruning';
import { quantizationTechniques } from '@onnx-compress/quantization';

/** Every technique of the toolkit. */
export const registry: Registry = createRegistry([
  ...pruningTechniques,
  ...lowRankTechniques,
  ...quantizationTechniques,
  ...cleanupTechniques,
]);
