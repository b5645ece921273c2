import { type Node, type Use, type Value, weightBehind } from '@onnx-compress/graph';
import type { WeightGroup } from '../../placement/weight-group.js';

/**
 * True where onnxruntime 1.30 fuses `DequantizeLinear -> MatMul` to MatMulNBits. It does not
 * - for integers that several DequantizeLinear nodes read;
 * - for a body of If, Loop or Scan with a weight of an outer scope: such a model does not even load;
 * - between QuantizeLinear and DequantizeLinear nodes of activations;
 * - before an Add of a matrix: it makes a Gemm of both first, which it fuses with a vector for bias only;
 * - before Relu and Clip, with a bias between or without: it makes a FusedGemm first, unless they are outputs.
 *
 * Where it does not, the weight becomes floats at every inference, which takes up to three times the time of float32.
 */
export function fusesBehindDequantize({ weight, layers }: WeightGroup): boolean {
  const [{ node }] = layers;
  if (layers.length > 1 || node.graph !== weight.graph || weight.value.uses.length > 1) return false;
  if (node.input(0)?.producer?.opType === 'DequantizeLinear') return false;
  if (node.opType === 'Gemm' && !isHarmless(node.input(2))) return false;
  return (node.output(0)?.uses ?? []).every((use) => fusesBefore(use, node));
}

/** Operators in front of which a product and its bias do not fuse. */
const FUSED_FIRST: ReadonlySet<string> = new Set(['QuantizeLinear', 'Relu', 'Clip']);

const isFusedFirst = (use: Use): boolean =>
  use.kind === 'input' && use.node.domain === '' && FUSED_FIRST.has(use.node.opType);

function fusesBefore(use: Use, product: Node): boolean {
  if (isFusedFirst(use)) return false;
  if (use.kind === 'output' || use.node.domain !== '') return true;
  if (use.node.opType !== 'Add' || product.opType === 'Gemm') return true;
  const behind = use.node.output(0)?.uses ?? [];
  return isHarmless(use.node.input(1 - use.index)) && !behind.some(isFusedFirst);
}

/** A constant vector or number, which a fused product takes, or nothing. */
function isHarmless(addend: Value | undefined): boolean {
  if (addend === undefined) return true;
  const tensor = weightBehind(addend)?.tensor;
  return tensor !== undefined && tensor.dims.length <= 1;
}
