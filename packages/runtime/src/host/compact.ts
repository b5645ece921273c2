import type { HostTensor, ModelLocation } from './contract.js';
import type { Command } from './protocol.js';
import { SpareBuffers } from './spare-buffers.js';

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

/**
 * Copies the bytes of a command, so that they can be transferred, each array once; returns what to transfer as well.
 *
 * @param spare memory for the copies
 */
export function detachCommand(
  command: Command,
  spare = new SpareBuffers(),
): { command: Command; transfer: ArrayBuffer[] } {
  const copies = new Map<Uint8Array, Uint8Array<ArrayBuffer>>();
  const detach = (bytes: Uint8Array): Uint8Array => {
    const copy = copies.get(bytes) ?? spare.copy(bytes);
    copies.set(bytes, copy);
    return copy;
  };
  const detached = detachBytes(command, detach);
  return { command: detached, transfer: Array.from(copies.values(), ({ buffer }) => buffer) };
}

function detachBytes(command: Command, detach: (bytes: Uint8Array) => Uint8Array): Command {
  switch (command.kind) {
    case 'open':
      return { ...command, model: detachModel(command.model, detach) };
    case 'run':
    case 'bind': {
      const feeds = new Map<string, HostTensor>();
      for (const [name, tensor] of command.feeds) {
        feeds.set(name, tensor.dataType === 'string' ? tensor : { ...tensor, bytes: detach(tensor.bytes) });
      }
      return { ...command, feeds };
    }
    case 'endProfiling':
    case 'time':
    case 'usage':
    case 'release':
    case 'stop':
      return command;
  }
}

function detachModel(model: ModelLocation, detach: (bytes: Uint8Array) => Uint8Array): ModelLocation {
  if ('path' in model) return model;
  const external = model.external?.map((file) => ({ path: file.path, bytes: detach(file.bytes) }));
  return { bytes: detach(model.bytes), ...(external === undefined ? {} : { external }) };
}
