import { readSync } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { GraphError } from '../error.js';
import type { ByteSource } from '../source/byte-source.js';
import { unreadable } from './messages.js';
import { PIECE_BYTES, Turns } from './turns.js';

/**
 * A file as a source of bytes, read by ranges.
 *
 * @throws GraphError FILE_MISSING, FILE_IS_DIRECTORY or FILE_UNREADABLE
 */
export async function fileSource(path: string): Promise<ByteSource> {
  const handle = await openFile(path);
  const { size } = await handle.stat();
  const turns = new Turns();
  return {
    name: path,
    size,
    read: async (offset, length, into = new Uint8Array(length)) => {
      const bytes = into.subarray(0, length);
      for (let filled = 0; filled < length; ) {
        const count = readPiece(handle, path, offset + filled, bytes.subarray(filled, filled + PIECE_BYTES));
        filled += count;
        await turns.after(count);
      }
      return bytes;
    },
    close: () => handle.close(),
  };
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    if ((await stat(path)).isDirectory()) {
      throw new GraphError('FILE_IS_DIRECTORY', `${path} is a folder`, { hint: 'give an .onnx file' });
    }
    return await open(path, 'r');
  } catch (error) {
    if (error instanceof GraphError) throw error;
    throw unreadable(path, error);
  }
}

/** Reads as much as comes at once, at least one byte. */
function readPiece({ fd }: FileHandle, path: string, offset: number, into: Uint8Array): number {
  const count = readSync(fd, into, 0, into.length, offset);
  if (count > 0) return count;
  throw new GraphError('FILE_CHANGED', `${path} became shorter while it was read`, { hint: 'run again' });
}
