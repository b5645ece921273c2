import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { FileDigest } from '@onnx-compress/graph/node';

const CHUNK_BYTES = 1 << 20;

/** SHA-256 of a text, hexadecimal. */
export function textDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Size and SHA-256 of a file, read in chunks; undefined where there is no readable file. */
export function fileDigest(path: string, buffer = new Uint8Array(CHUNK_BYTES)): FileDigest | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return undefined;
  }
  try {
    if (!fstatSync(file).isFile()) return undefined;
    const hash = createHash('sha256');
    let fileBytes = 0;
    for (let count = readSync(file, buffer); count > 0; count = readSync(file, buffer)) {
      hash.update(buffer.subarray(0, count));
      fileBytes += count;
    }
    return { path, fileBytes, sha256: hash.digest('hex') };
  } finally {
    closeSync(file);
  }
}
