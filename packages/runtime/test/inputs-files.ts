import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import onnxProto from 'onnx-proto';

/** The bytes of a typed array. */
function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** A .npy file as numpy.save writes it. */
export function npy(descr: string, dims: readonly number[], data: ArrayBufferView, fortranOrder = false): Uint8Array {
  const shape = dims.length === 1 ? `(${dims[0]},)` : `(${dims.join(', ')})`;
  const header = `{'descr': '${descr}', 'fortran_order': ${fortranOrder ? 'True' : 'False'}, 'shape': ${shape}, }`;
  const padded = `${header.padEnd(Math.ceil((header.length + 11) / 64) * 64 - 11)}\n`;
  const head = Buffer.from(`\x93NUMPY\x01\x00..${padded}`, 'latin1');
  head.writeUInt16LE(padded.length, 8);
  return Buffer.concat([head, bytesOf(data)]);
}

/** A float32 .npy with these values. */
export function floatNpy(dims: readonly number[], values: readonly number[]): Uint8Array {
  return npy('<f4', dims, Float32Array.from(values));
}

/** An ONNX TensorProto file, written by onnx-proto. */
export function tensorProto(proto: onnxProto.onnx.ITensorProto): Uint8Array {
  return onnxProto.onnx.TensorProto.encode(onnxProto.onnx.TensorProto.create(proto)).finish();
}

/** A folder of its own for each test; `clean` removes all of them. */
export function temporaryFolders(): {
  write(files: Readonly<Record<string, Uint8Array | string>>): Promise<string>;
  clean(): Promise<void>;
} {
  const folders: string[] = [];
  return {
    write: async (files) => {
      const folder = await mkdtemp(join(tmpdir(), 'onnx-compress-inputs-'));
      folders.push(folder);
      for (const [name, content] of Object.entries(files)) {
        await mkdir(join(folder, name, '..'), { recursive: true });
        await writeFile(join(folder, name), content);
      }
      return folder;
    },
    clean: async () => {
      for (const folder of folders) await rm(folder, { recursive: true, force: true });
    },
  };
}
