import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { ModelLocation } from '@onnx-compress/runtime';

async function compressedLength(content: Readable, signal: AbortSignal): Promise<number> {
  let length = 0;
  const count = async (chunks: AsyncIterable<Uint8Array>) => {
    for await (const chunk of chunks) length += chunk.byteLength;
  };
  await pipeline(content, createGzip(), count, { signal });
  return length;
}

/**
 * Bytes of a model compressed with gzip at its default level, each file by itself. Streams; keeps nothing.
 *
 * @param external paths of the data files of a model that lies in a file
 */
export async function gzipBytes(
  location: ModelLocation,
  external: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  const contents =
    'path' in location
      ? [location.path, ...external].map((path) => () => createReadStream(path))
      : [location, ...(location.external ?? [])].map(
          ({ bytes }) =>
            () =>
              Readable.from([bytes]),
        );
  let total = 0;
  for (const open of contents) total += await compressedLength(open(), signal);
  return total;
}
