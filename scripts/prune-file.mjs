// node scripts/prune-file.mjs <input.onnx> <output.onnx> <criterion> <ratio>: reads a model, prunes and writes it with
// library calls alone.
import { seededRandom } from '@onnx-compress/core';
import { openModel, writeModel } from '@onnx-compress/graph/node';
import { pruningTechniques } from '@onnx-compress/pruning';
import { createGemm, createHost, createShapeInference } from '@onnx-compress/runtime';

const [input, output, name, ratio] = process.argv.slice(2);
const criterion = pruningTechniques.find((technique) => technique.name === name);
const host = createHost('process');
const products = createHost('worker');
const context = {
  signal: new AbortController().signal,
  progress: () => {},
  warn: ({ message }) => console.error(message),
  random: (stream) => seededRandom(0, stream),
  shapes: createShapeInference(host),
  gemm: createGemm(products),
  dims: new Map(),
  drawsFigures: false,
};

const model = await openModel(input);
const options = criterion.options.parse({ ratio: Number(ratio) });
const { changed } = await criterion.create(options, { include: [], skip: [] }).run(model, context);
await Promise.all([host.close(), products.close()]);
const { fileBytes } = await writeModel(model, output);
await model.close();
console.log(changed.length, fileBytes);
