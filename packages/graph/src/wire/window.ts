import { GraphError } from '../error.js';
import type { ByteSource } from '../source/byte-source.js';

const WINDOW_BYTES = 1 << 18;
const LONGEST_VARINT = 10;

/** A moving view on a source, so that a parser reads byte by byte without awaiting each of them. */
export class Window {
  position = 0;
  #bytes: Uint8Array = new Uint8Array(0);
  #start = 0;

  constructor(private readonly source: ByteSource) {}

  /** True when the next tag and length can be read without loading. */
  get ready(): boolean {
    const ahead = this.#start + this.#bytes.length - this.position;
    return this.position >= this.#start && (ahead >= 2 * LONGEST_VARINT || ahead === this.source.size - this.position);
  }

  async load(): Promise<void> {
    this.#start = this.position;
    this.#bytes = await this.source.read(this.position, Math.min(WINDOW_BYTES, this.source.size - this.position));
  }

  /** Reads a varint and moves behind it; bits above 2^53 are lost, which no length or tag has. */
  varint(): number {
    let value = 0;
    let factor = 1;
    for (let index = 0; index < LONGEST_VARINT; index++) {
      const byte = this.#bytes[this.position - this.#start];
      if (byte === undefined) break;
      this.position++;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
      factor *= 128;
    }
    throw notProtobuf(this.source, this.position);
  }
}

/** The error for bytes that do not follow the protobuf wire format. */
export function notProtobuf(source: ByteSource, offset: number): GraphError {
  return new GraphError(
    'MODEL_MALFORMED',
    `${source.name} is not an ONNX model (malformed protobuf at byte ${offset})`,
    {
      hint: 'check that the file is an .onnx file and was downloaded completely',
    },
  );
}
