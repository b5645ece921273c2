import type { Model } from '@onnx-compress/graph';
import { type FileDigest, sourceDigest } from '@onnx-compress/graph/node';
import type { Origin } from '../compress-model.js';
import type { FileRecord, InputRecord } from '../report/report.js';

/** A file and its external data as one record; `fileBytes` covers all of them. */
export function fileRecord(
  main: Omit<FileDigest, 'path'> & { readonly path: string | null },
  external: readonly FileDigest[],
): FileRecord {
  const { path, sha256 } = main;
  const fileBytes = external.reduce((sum, file) => sum + file.fileBytes, main.fileBytes);
  return { path, fileBytes, sha256, ...(external.length === 0 ? {} : { external }) };
}

/** The operator sets that a model imports, by domain; the standard one under its name. */
export function opsetsOf(model: Model): Readonly<Record<string, number>> {
  return Object.fromEntries([...model.opsets].map(([domain, version]) => [domain || 'ai.onnx', version]));
}

/** Adds what a report says about a model to the record of its file. */
export function asInput(record: FileRecord, model: Model): InputRecord {
  return { ...record, irVersion: model.irVersion, opsets: opsetsOf(model) };
}

/** Describes the bytes that a model was read from; hashes each of them once, in chunks. */
export async function inputRecord(
  model: Model,
  { location, files }: Origin,
  signal: AbortSignal,
): Promise<InputRecord> {
  const [main, ...rest] = files;
  const external: FileDigest[] = [];
  for (const file of rest) external.push(await sourceDigest(file, signal));
  const path = 'path' in location ? location.path : null;
  return asInput(fileRecord({ ...(await sourceDigest(main, signal)), path }, external), model);
}
