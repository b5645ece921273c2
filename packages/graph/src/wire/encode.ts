import { onnx } from '#schema';
import { present } from '../present.js';
import { memorySource } from '../source/byte-source.js';
import type { Payload } from '../source/payload.js';
import { DeferredBytes, readToken, TOKEN_LENGTH } from './deferred.js';
import { planEdits } from './edits.js';
import { tensorProtos } from './proto-walk.js';

/** A stretch of an encoded model: bytes in memory, or a tensor's payload wherever it lies. */
export type Part = Uint8Array | Payload;

/**
 * Encodes a model as parts to write one after the other. Only the structure is encoded in memory (protobufjs
 * stalls above 1 GiB); deferred tensor bytes are put between, with all length prefixes counting them.
 */
export async function encodeModel(model: onnx.ModelProto): Promise<readonly Part[]> {
  const payloads = deferredPayloads(model);
  const structure = onnx.ModelProto.encode(model).finish();
  const payloadAt = (offset: number) => payloads.get(readToken(structure, offset));
  const edits = await planEdits(memorySource(structure), (offset, length) =>
    length === TOKEN_LENGTH ? payloadAt(offset)?.byteLength : undefined,
  );
  const parts: Part[] = [];
  let position = 0;
  for (const edit of edits) {
    parts.push(structure.subarray(position, edit.offset));
    parts.push(edit.kind === 'prefix' ? edit.bytes : present(payloadAt(edit.offset), 'payload of a token'));
    position = edit.offset + edit.length;
  }
  parts.push(structure.subarray(position));
  return parts;
}

function deferredPayloads(model: onnx.ModelProto): ReadonlyMap<number, Payload> {
  const payloads = new Map<number, Payload>();
  for (const tensor of tensorProtos(model)) {
    if (tensor.rawData instanceof DeferredBytes) payloads.set(readToken(tensor.rawData), tensor.rawData.payload);
  }
  return payloads;
}
