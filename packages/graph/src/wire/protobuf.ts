import Long from 'long';
import protobuf from 'protobufjs/minimal.js';

// protobufjs looks for `long` through CommonJS tricks that bundlers and ES modules defeat.
protobuf.util.Long = Long;
protobuf.configure();

/** A reader that keeps fields unknown to the schema, so that they are written back. */
export function reader(bytes: Uint8Array): protobuf.Reader {
  const created = protobuf.Reader.create(bytes);
  created.discardUnknown = false;
  return created;
}
