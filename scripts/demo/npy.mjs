// Writes arrays in NumPy's file format, which --calib reads.
import { writeFileSync } from 'node:fs';

/** A float32 array, row-major, as a .npy file of version 1.0. */
export function writeNpy(path, dims, values) {
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${dims.join(', ')},), }`;
  const padded = `${header.padEnd(Math.ceil((header.length + 11) / 64) * 64 - 11)}\n`;
  const start = Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, padded.length & 255, padded.length >> 8]);
  const data = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  writeFileSync(path, Buffer.concat([start, Buffer.from(padded), data]));
}
