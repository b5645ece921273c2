import type { Model } from '../model/model.js';
import { concatenate } from '../wire/decode.js';
import { encodeModel } from '../wire/encode.js';
import { inlined } from './write-plan.js';

/** Bytes of the whole model as one file, external data taken in; no weight is read. */
export async function encodedLength(model: Model): Promise<number> {
  const parts = await encodeModel(inlined(model));
  return parts.reduce((sum, part) => sum + part.byteLength, 0);
}

/** The whole model as one file in memory, external data taken in. */
export async function modelBytes(model: Model): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for (const part of await encodeModel(inlined(model))) {
    chunks.push(part instanceof Uint8Array ? part : await part.bytes());
  }
  return concatenate(chunks);
}
