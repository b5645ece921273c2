import type { Scratch, Tensor } from '@onnx-compress/graph';

/** How many words of a large tensor are looked at; equal fingerprints are compared byte by byte afterwards. */
const SAMPLES = 4096;
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

const known = new WeakMap<Tensor, string | undefined>();

/**
 * A number that equal tensors share, over evenly spread words of the bytes; undefined for a tensor of one repeated
 * value. Tensors never change, so it is computed once for each.
 */
export async function fingerprint(tensor: Tensor, scratch: Scratch): Promise<string | undefined> {
  if (known.has(tensor)) return known.get(tensor);
  const result = await scratch.lend(tensor.byteLength, async (into) => digest(await tensor.bytes(into)));
  known.set(tensor, result);
  return result;
}

function digest(bytes: Uint8Array): string | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const words = Math.floor(bytes.byteLength / 4);
  const step = Math.max(1, Math.floor(words / SAMPLES));
  const first = words > 0 ? view.getUint32(0, true) : 0;
  let uniform = true;
  let hash = FNV_OFFSET;
  for (let word = 0; word < words; word += step) {
    const value = view.getUint32(4 * word, true);
    if (value !== first) uniform = false;
    hash = Math.imul(hash ^ value, FNV_PRIME);
  }
  return uniform ? undefined : (hash >>> 0).toString(16);
}
