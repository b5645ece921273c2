import { readModel, type Tensor } from '@onnx-compress/graph';
import { badTensorFile } from './messages.js';
import { readWhole } from './sample-files.js';

/** A tensor of a .pb file; the name is a placeholder where the file has none. */
export interface NamedTensor {
  readonly name: string;
  readonly tensor: Tensor;
}

/** Protobuf tags (field number and wire type) on the way from a model to the name of an initializer. */
const TAG = { irVersion: 0x08, graph: 0x3a, initializer: 0x2a, tensorName: 0x42 } as const;
const IR_VERSION = 8;

/**
 * Reads an ONNX TensorProto file, the format of `test_data_set_0/input_0.pb`. The message is wrapped as the only
 * initializer of an otherwise empty model, so that one reader knows all the encodings of tensors. A placeholder name
 * stands before it; the name in the file comes later and wins, as protobuf defines for scalar fields that repeat.
 *
 * @throws UsageError where the file is not a TensorProto of numbers
 */
export async function readTensorFile(path: string): Promise<NamedTensor> {
  const file = await readWhole(path);
  try {
    const placeholder = field(TAG.tensorName, new TextEncoder().encode('unnamed'));
    const graph = field(TAG.graph, field(TAG.initializer, concatenate(placeholder, file)));
    const model = await readModel(concatenate(Uint8Array.of(TAG.irVersion, IR_VERSION), graph));
    const [weight] = model.weights();
    if (weight === undefined) throw new Error('it holds no tensor');
    const { name, tensor } = weight;
    const bytes = await tensor.bytes();
    if (bytes.length !== tensor.byteLength) throw new Error('its shape and its numbers do not fit');
    return { name, tensor };
  } catch (error) {
    throw badTensorFile(path, error);
  }
}

/** A length-delimited protobuf field. */
function field(tag: number, content: Uint8Array): Uint8Array {
  const length: number[] = [];
  let rest = content.length;
  for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) length.push((rest % 0x80) | 0x80);
  return concatenate(Uint8Array.of(tag, ...length, rest), content);
}

function concatenate(head: Uint8Array, tail: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(head.length + tail.length);
  bytes.set(head);
  bytes.set(tail, head.length);
  return bytes;
}
