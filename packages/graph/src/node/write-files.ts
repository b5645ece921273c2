import { link, stat } from 'node:fs/promises';
import type { DataEntry } from '../files/write-plan.js';
import type { ByteSource } from '../source/byte-source.js';
import { rangePayload } from '../source/payload.js';
import type { Part } from '../wire/encode.js';
import { type FileDigest, FileSink, sourceDigest } from './file-sink.js';

/** Writes the parts of a model one after the other. */
export function writeParts(path: string, parts: readonly Part[], signal?: AbortSignal): Promise<FileDigest> {
  return written(path, signal, async (sink) => {
    for (const part of parts) await (part instanceof Uint8Array ? sink.write(part) : sink.copy(part));
  });
}

/** Writes a data file: payloads at their offsets. */
export function writeData(path: string, entries: readonly DataEntry[], signal?: AbortSignal): Promise<FileDigest> {
  return written(path, signal, async (sink) => {
    for (const { offset, payload } of entries) {
      await sink.padTo(offset);
      await sink.copy(payload);
    }
  });
}

/** Puts an unchanged data file at `path`: as a link when it would end up where it already is, as a copy otherwise. */
export async function linkedOrCopied(
  source: ByteSource,
  path: string,
  finalPath: string,
  signal?: AbortSignal,
): Promise<FileDigest> {
  const payload = rangePayload(source, 0, source.size);
  if (!(await isSameFile(source.name, finalPath))) return written(path, signal, (sink) => sink.copy(payload));
  await link(source.name, path);
  return { ...(await sourceDigest(source, signal)), path };
}

async function written(
  path: string,
  signal: AbortSignal | undefined,
  write: (sink: FileSink) => Promise<void>,
): Promise<FileDigest> {
  const sink = await FileSink.create(path, signal);
  try {
    await write(sink);
    return await sink.finish();
  } catch (error) {
    await sink.abandon();
    throw error;
  }
}

async function isSameFile(a: string, b: string): Promise<boolean> {
  const [first, second] = await Promise.all([stat(a).catch(() => undefined), stat(b).catch(() => undefined)]);
  return first !== undefined && second !== undefined && first.dev === second.dev && first.ino === second.ino;
}
