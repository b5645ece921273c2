import { createHash } from 'node:crypto';
import { throwIfAborted } from '@onnx-compress/core';
import type { ByteSource, Model } from '@onnx-compress/graph';
import type { Origin } from '../compress-model.js';
import type { FileRecord, InputRecord } from '../report/report.js';

/** Bytes hashed at a time. */
const CHUNK = 1 << 20;

/** Size and hash of one file. */
interface Digest {
  readonly fileBytes: number;
  readonly sha256: string;
}

async function digest(source: ByteSource, signal: AbortSignal): Promise<Digest> {
  const hash = createHash('sha256');
  const buffer = new Uint8Array(Math.min(CHUNK, source.size));
  for (let offset = 0; offset < source.size; offset += CHUNK) {
    throwIfAborted(signal);
    hash.update(await source.read(offset, Math.min(CHUNK, source.size - offset), buffer));
  }
  return { fileBytes: source.size, sha256: hash.digest('hex') };
}

/** A file and its external data as one record; `fileBytes` covers all of them. */
export function fileRecord(
  main: Digest & { readonly path: string | null },
  external: readonly (Digest & { readonly path: string })[],
): FileRecord {
  const { path, sha256 } = main;
  const fileBytes = external.reduce((sum, file) => sum + file.fileBytes, main.fileBytes);
  return { path, fileBytes, sha256, ...(external.length === 0 ? {} : { external }) };
}

/** Adds what a report says about a model to the record of its file. */
export function asInput(record: FileRecord, model: Model): InputRecord {
  const opsets = Object.fromEntries([...model.opsets].map(([domain, version]) => [domain || 'ai.onnx', version]));
  return { ...record, irVersion: model.irVersion, opsets };
}

/** Describes the bytes that a model was read from; hashes each of them once, in chunks. */
export async function inputRecord(
  model: Model,
  { location, files }: Origin,
  signal: AbortSignal,
): Promise<InputRecord> {
  const [main, ...rest] = files;
  const external: (Digest & { path: string })[] = [];
  for (const file of rest) external.push({ path: file.name, ...(await digest(file, signal)) });
  const path = 'path' in location ? location.path : null;
  return asInput(fileRecord({ path, ...(await digest(main, signal)) }, external), model);
}
