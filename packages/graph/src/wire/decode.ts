import { onnx } from '#schema';
import type { ByteSource } from '../source/byte-source.js';
import { rangePayload } from '../source/payload.js';
import { DeferredBytes, isDeferred, readToken, TOKEN_LENGTH, writeToken } from './deferred.js';
import { type Edit, planEdits } from './edits.js';
import { tensorProtos } from './proto-walk.js';
import { reader as readerOf } from './protobuf.js';
import { notProtobuf } from './window.js';

/**
 * Decodes a model's structure; tensor bytes above a few KB stay ranges of the source. Unknown fields are kept.
 *
 * @throws GraphError MODEL_MALFORMED
 */
export async function decodeModel(source: ByteSource): Promise<onnx.ModelProto> {
  const edits = await planEdits(source, (_offset, length) => (isDeferred(length) ? TOKEN_LENGTH : undefined));
  const model = decodeStructure(source, await withTokens(source, edits));
  const payloads = edits.filter((edit) => edit.kind === 'raw-data');
  for (const tensor of tensorProtos(model)) {
    if (tensor.rawData.length !== TOKEN_LENGTH) continue;
    const range = payloads[readToken(tensor.rawData)];
    if (range) tensor.rawData = new DeferredBytes(rangePayload(source, range.offset, range.length));
  }
  return model;
}

function decodeStructure(source: ByteSource, bytes: Uint8Array): onnx.ModelProto {
  const reader = readerOf(bytes);
  try {
    return onnx.ModelProto.decode(reader);
  } catch {
    throw notProtobuf(source, reader.pos);
  }
}

/** The source with every deferred payload replaced by its token; large stretches between them are copied. */
async function withTokens(source: ByteSource, edits: readonly Edit[]): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let position = 0;
  let tokens = 0;
  for (const edit of edits) {
    if (edit.offset > position) chunks.push(await source.read(position, edit.offset - position));
    chunks.push(edit.kind === 'prefix' ? edit.bytes : token(tokens++));
    position = edit.offset + edit.length;
  }
  if (source.size > position) chunks.push(await source.read(position, source.size - position));
  return concatenate(chunks);
}

function token(index: number): Uint8Array {
  const bytes = new Uint8Array(TOKEN_LENGTH);
  writeToken(bytes, index);
  return bytes;
}

/** Joins byte arrays into one. */
export function concatenate(chunks: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0));
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}
