import type { Feeds } from '@onnx-compress/core';
import { memoryTensor, type Tensor } from '@onnx-compress/graph';
import type { HostTensor } from './contract.js';
import { unsupportedType } from './messages.js';
import { isNumeric } from './value-types.js';

/**
 * A tensor of strings. ONNX gives strings no raw bytes, so `bytes()` rejects; it can be fed to a session and read
 * through `strings`.
 *
 * @example
 * session.run(await toHostTensors(new Map([['text', new TextTensor([2], ['yes', 'no'])]])));
 */
export class TextTensor implements Tensor {
  readonly dataType = 'string';
  readonly inline = undefined;
  readonly byteLength: number;

  constructor(
    readonly dims: readonly number[],
    readonly strings: readonly string[],
  ) {
    this.byteLength = strings.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  }

  async bytes(): Promise<Uint8Array> {
    throw unsupportedType('string');
  }
}

/**
 * Tensors as a session takes them; reads their bytes.
 *
 * @throws HostError for types that onnxruntime-node cannot pass, and for string tensors other than `TextTensor`
 */
export async function toHostTensors(feeds: Feeds): Promise<Map<string, HostTensor>> {
  const tensors = new Map<string, HostTensor>();
  for (const [name, tensor] of feeds) tensors.set(name, await toHostTensor(tensor));
  return tensors;
}

/** One tensor as a session takes it; see `toHostTensors`. */
export async function toHostTensor(tensor: Tensor): Promise<HostTensor> {
  const { dataType, dims } = tensor;
  if (tensor instanceof TextTensor) return { dataType: 'string', dims, strings: tensor.strings };
  if (!isNumeric(dataType)) throw unsupportedType(dataType);
  return { dataType, dims, bytes: await tensor.bytes() };
}

/** What a session gave, as tensors; the bytes are not copied. */
export function fromHostTensors(outputs: ReadonlyMap<string, HostTensor>): Map<string, Tensor> {
  return new Map([...outputs].map(([name, tensor]) => [name, fromHostTensor(tensor)]));
}

/** One tensor that a session gave; see `fromHostTensors`. */
export function fromHostTensor(tensor: HostTensor): Tensor {
  if (tensor.dataType === 'string') return new TextTensor(tensor.dims, tensor.strings);
  return memoryTensor(tensor.dataType, tensor.dims, tensor.bytes);
}
