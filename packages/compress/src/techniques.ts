import { cleanupTechniques } from '@onnx-compress/cleanup';
import { createRegistry, type Registry } from '@onnx-compress/core';
import { pruningTechniques } from '@onnx-compress/pruning';
import { quantizationTechniques } from '@onnx-compress/quantization';

/** Every technique of the toolkit. */
export const registry: Registry = createRegistry([
  ...pruningTechniques,
  ...quantizationTechniques,
  ...cleanupTechniques,
]);
