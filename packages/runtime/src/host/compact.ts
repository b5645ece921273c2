import type { HostTensor, ModelLocation } from './contract.js';
import type { Command } from './protocol.js';

/**
 * The same bytes in a buffer of their own, 8-byte aligned. Posting a view to a thread would otherwise copy
 * the whole buffer behind it.
 */
export function compactBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = bytes;
  return buffer instanceof ArrayBuffer && buffer.byteLength === bytes.byteLength
    ? new Uint8Array(buffer)
    : bytes.slice();
}

/** Copies the bytes of a command, so that they can be transferred; returns what to transfer as well. */
export function detachCommand(command: Command): { command: Command; transfer: ArrayBuffer[] } {
  const transfer: ArrayBuffer[] = [];
  const detach = (bytes: Uint8Array): Uint8Array => {
    const copy = bytes.slice();
    transfer.push(copy.buffer);
    return copy;
  };
  switch (command.kind) {
    case 'open':
      return { command: { ...command, model: detachModel(command.model, detach) }, transfer };
    case 'run':
    case 'bind': {
      const feeds = new Map<string, HostTensor>();
      for (const [name, tensor] of command.feeds) {
        feeds.set(name, tensor.dataType === 'string' ? tensor : { ...tensor, bytes: detach(tensor.bytes) });
      }
      return { command: { ...command, feeds }, transfer };
    }
    case 'endProfiling':
    case 'time':
    case 'usage':
    case 'release':
    case 'stop':
      return { command, transfer };
  }
}

function detachModel(model: ModelLocation, detach: (bytes: Uint8Array) => Uint8Array): ModelLocation {
  if ('path' in model) return model;
  const external = model.external?.map((file) => ({ path: file.path, bytes: detach(file.bytes) }));
  return { bytes: detach(model.bytes), ...(external === undefined ? {} : { external }) };
}
