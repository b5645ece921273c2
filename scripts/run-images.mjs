// node scripts/run-images.mjs <model> <images.npy>: runs float32 images of 3x224x224 through a model, and nothing else.
import { closeSync, openSync, readSync } from 'node:fs';
import ort from 'onnxruntime-node';
import { openSession } from './bench/quant-sessions.mjs';

const DIMS = [1, 3, 224, 224];

const [model, images] = process.argv.slice(2);
const session = await openSession(model);
const file = openSync(images, 'r');
const head = Buffer.alloc(10);
readSync(file, head, 0, 10, 0);
const values = new Float32Array(DIMS.reduce((product, size) => product * size, 1));
const bytes = new Uint8Array(values.buffer);
for (
  let at = 10 + head.readUInt16LE(8);
  readSync(file, bytes, 0, bytes.length, at) === bytes.length;
  at += bytes.length
)
  await session.run({ [session.inputNames[0]]: new ort.Tensor('float32', values, DIMS) });
closeSync(file);
