import type { Node } from '@onnx-compress/graph';
import { contractionOf, takesBias } from '@onnx-compress/recovery';

/** True where some windows of a convolution reach beyond what it reads. */
export function seesPadding(node: Node): boolean {
  const kernel = node.input(1)?.weight?.tensor.dims.slice(2) ?? [];
  const automatic = node.string('auto_pad', 'NOTSET');
  if (automatic.startsWith('SAME')) return kernel.some((size) => size > 1);
  return automatic !== 'VALID' && (node.ints('pads') ?? []).some((size) => size !== 0);
}

/** With stride 1 and a kernel of one position, every output gets every input once. */
function isPointwise(node: Node): boolean {
  const kernel = node.input(1)?.weight?.tensor.dims.slice(2) ?? [];
  return [...kernel, ...(node.ints('strides') ?? [])].every((size) => size === 1);
}

/** True where a constant input channel of a layer adds the same number to every position of its output. */
function spreadsEvenly(node: Node): boolean {
  return node.opType === 'ConvTranspose' ? isPointwise(node) : !seesPadding(node);
}

/** Whether the bias of a layer can take what an input channel adds that holds one number everywhere. */
export async function foldsExactly(node: Node): Promise<boolean> {
  const tensor = node.input(1)?.weight?.tensor;
  const contraction = tensor && contractionOf(node, tensor);
  if (contraction === undefined || !spreadsEvenly(node)) return false;
  return takesBias(node, tensor?.dataType ?? 'float32', tensor?.dims[contraction.outputAxis] ?? 0);
}
