import type { ByteSource } from './byte-source.js';

/** A place in a source. */
export interface Range {
  readonly source: ByteSource;
  readonly offset: number;
}

/** The bytes of one tensor, wherever they are. `range` is set where a writer can copy them source to file. */
export interface Payload {
  readonly byteLength: number;
  readonly range: Range | undefined;
  /** See ByteSource.read for `into`. */
  bytes(into?: Uint8Array): Promise<Uint8Array>;
}

/** A range of a source, read when asked and never kept. */
export function rangePayload(source: ByteSource, offset: number, byteLength: number): Payload {
  return { byteLength, range: { source, offset }, bytes: (into) => source.read(offset, byteLength, into) };
}
