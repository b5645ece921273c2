import { elementCount } from '@onnx-compress/graph';
import type { WeightGroup } from '../../placement/weight-group.js';
import type { BlockOptions } from '../block-options.js';
import { fusesBehindDequantize } from './fusible-product.js';

/**
 * How 4 bits stay 4 bits in memory:
 * - `qdq`: `DequantizeLinear -> MatMul`, which onnxruntime turns into MatMulNBits;
 * - `matmulnbits`: that operator of onnxruntime itself;
 * - `gathered`: its GatherBlockQuantized for tables.
 */
export type Kernel = 'qdq' | 'matmulnbits' | 'gathered';

/** Opset whose DequantizeLinear knows blocks. */
export const BLOCK_OPSET = 21;

/**
 * Products from which the kernel is not slower than float32, at any number of rows: with shorter sums the rounding of
 * the activations takes longer than is saved. One thread, blocks of 32: 1024x1024 0.6 to 0.9 of the time of float32,
 * 512x512 0.7 to 1.1, 256x1024 0.8 to 1.15, 64x64 0.95 to 1.4.
 */
const PRODUCT_FROM = { elements: 512 * 512, columns: 512 };

/**
 * Elements from which a table stays 4 bits: gathering takes 4 to 6 times the time of float32, about 1 us a row of 128,
 * and a table that is restored at load takes seven times the memory.
 */
const TABLE_FROM = 1 << 20;

/** The kernel for a weight; undefined where it becomes floats when the model is loaded. */
export function chooseKernel(
  group: WeightGroup,
  { kernels, format }: Pick<BlockOptions, 'kernels' | 'format'>,
  opset: number,
): Kernel | undefined {
  const { use, tensor } = group;
  if (kernels === 'off' || tensor.dataType !== 'float32' || tensor.dims.length !== 2) return undefined;
  const elements = elementCount(tensor.dims);
  if (use.kind === 'rows') return kernels === 'on' || elements >= TABLE_FROM ? 'gathered' : undefined;
  if (use.kind !== 'matrix') return undefined;
  const columns = tensor.dims[use.transposed ? 1 : 0] ?? 0;
  const pays = elements >= PRODUCT_FROM.elements && columns >= PRODUCT_FROM.columns;
  if (kernels === 'auto' && !pays) return undefined;
  return format === 'qdq' && opset >= BLOCK_OPSET && fusesBehindDequantize(group) ? 'qdq' : 'matmulnbits';
}
