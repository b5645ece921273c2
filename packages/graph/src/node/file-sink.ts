import { createHash } from 'node:crypto';
import { writeSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { ByteSource } from '../source/byte-source.js';
import type { Payload, Range } from '../source/payload.js';
import { Scratch } from '../tensor/scratch.js';
import { PIECE_BYTES, Turns } from './turns.js';

/** Small enough to be still in the processor's cache when it is hashed. */
const CHUNK_BYTES = 1 << 18;

/** A finished file: its size and the SHA-256 of its bytes in hexadecimal. */
export interface FileDigest {
  readonly path: string;
  readonly fileBytes: number;
  readonly sha256: string;
}

/** A file that is written front to back and hashed on the way. */
export class FileSink {
  readonly #hash = createHash('sha256');
  readonly #scratch = new Scratch();
  readonly #turns = new Turns();
  #position = 0;

  private constructor(
    private readonly path: string,
    private readonly handle: FileHandle,
    private readonly signal: AbortSignal | undefined,
  ) {}

  /** Creates the file; fails where one exists. */
  static async create(path: string, signal?: AbortSignal): Promise<FileSink> {
    return new FileSink(path, await open(path, 'wx'), signal);
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.signal?.throwIfAborted();
    this.#hash.update(bytes);
    for (let written = 0; written < bytes.byteLength; ) {
      const count = writeSync(this.handle.fd, bytes, written, Math.min(PIECE_BYTES, bytes.byteLength - written));
      written += count;
      await this.#turns.after(count);
    }
    this.#position += bytes.byteLength;
  }

  /** Copies a payload; ranges of a source in chunks, so that memory does not follow its size. */
  async copy(payload: Payload): Promise<void> {
    if (payload.range) for await (const chunk of chunksOf(payload.range, payload.byteLength)) await this.write(chunk);
    else await this.#scratch.lend(payload.byteLength, async (into) => this.write(await payload.bytes(into)));
  }

  /** Fills with zeros up to a position. */
  async padTo(position: number): Promise<void> {
    if (position > this.#position) await this.write(new Uint8Array(position - this.#position));
  }

  /** Makes the bytes durable and closes the file. */
  async finish(): Promise<FileDigest> {
    await this.handle.sync();
    await this.handle.close();
    return { path: this.path, fileBytes: this.#position, sha256: this.#hash.digest('hex') };
  }

  /** Closes the file as it is. */
  async abandon(): Promise<void> {
    await this.handle.close();
  }
}

/** Size and hash of a source, read in chunks. */
export async function sourceDigest(source: ByteSource, signal?: AbortSignal): Promise<FileDigest> {
  const hash = createHash('sha256');
  for await (const chunk of chunksOf({ source, offset: 0 }, source.size)) {
    signal?.throwIfAborted();
    hash.update(chunk);
  }
  return { path: source.name, fileBytes: source.size, sha256: hash.digest('hex') };
}

/** The bytes of a range piece by piece; each piece is overwritten by the next. */
async function* chunksOf({ source, offset }: Range, byteLength: number): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(Math.min(CHUNK_BYTES, byteLength));
  for (let done = 0; done < byteLength; done += CHUNK_BYTES) {
    yield await source.read(offset + done, Math.min(CHUNK_BYTES, byteLength - done), buffer);
  }
}
