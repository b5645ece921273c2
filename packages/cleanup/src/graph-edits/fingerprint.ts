import { readPart, type Tensor } from '@onnx-compress/graph';

/** Of a large tensor this many stretches are looked at; equal fingerprints are compared byte by byte afterwards. */
const STRETCHES = 4;
const STRETCH_BYTES = 1024;
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

const known = new WeakMap<Tensor, string | undefined>();

/**
 * A number that equal tensors share, over evenly spread stretches of the bytes; undefined where these repeat one value.
 * Tensors never change, so it is computed once for each.
 */
export async function fingerprint(tensor: Tensor): Promise<string | undefined> {
  if (known.has(tensor)) return known.get(tensor);
  const result = digest(await sample(tensor));
  known.set(tensor, result);
  return result;
}

async function sample(tensor: Tensor): Promise<readonly Uint8Array[]> {
  const { byteLength } = tensor;
  if (byteLength <= STRETCHES * STRETCH_BYTES) return [await readPart(tensor, 0, byteLength)];
  const last = byteLength - STRETCH_BYTES;
  const starts = Array.from({ length: STRETCHES }, (_, index) => Math.floor((last * index) / (STRETCHES - 1) / 4) * 4);
  return Promise.all(starts.map((start) => readPart(tensor, start, STRETCH_BYTES)));
}

function digest(stretches: readonly Uint8Array[]): string | undefined {
  let first: number | undefined;
  let uniform = true;
  let hash = FNV_OFFSET;
  for (const bytes of stretches) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let offset = 0; offset + 4 <= bytes.byteLength; offset += 4) {
      const value = view.getUint32(offset, true);
      first ??= value;
      if (value !== first) uniform = false;
      hash = Math.imul(hash ^ value, FNV_PRIME);
    }
  }
  return uniform ? undefined : (hash >>> 0).toString(16);
}
