import { type FileHandle, open, stat } from 'node:fs/promises';
import { GraphError } from '../error.js';
import type { ByteSource } from '../source/byte-source.js';
import { unreadable } from './messages.js';

/**
 * A file as a source of bytes, read by ranges.
 *
 * @throws GraphError FILE_MISSING, FILE_IS_DIRECTORY or FILE_UNREADABLE
 */
export async function fileSource(path: string): Promise<ByteSource> {
  const handle = await openFile(path);
  const { size } = await handle.stat();
  return {
    name: path,
    size,
    read: (offset, length, into = new Uint8Array(length)) => readRange(handle, path, offset, into.subarray(0, length)),
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

async function readRange(handle: FileHandle, path: string, offset: number, bytes: Uint8Array): Promise<Uint8Array> {
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, offset + filled);
    if (bytesRead === 0) {
      throw new GraphError('FILE_CHANGED', `${path} became shorter while it was read`, { hint: 'run again' });
    }
    filled += bytesRead;
  }
  return bytes;
}
