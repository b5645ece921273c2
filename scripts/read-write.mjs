// node scripts/read-write.mjs <input.onnx> <output.onnx>: reads a model and writes it unchanged.
import { openModel, writeModel } from '@onnx-compress/graph/node';

const [input, output] = process.argv.slice(2);
const model = await openModel(input);
const { fileBytes, sha256 } = await writeModel(model, output);
await model.close();
console.log(fileBytes, sha256);
