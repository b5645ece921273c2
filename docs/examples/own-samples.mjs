// Hands in sample inputs from a program instead of files, here as if they came from a database:
// `node own-samples.mjs model.onnx small.onnx`. Samples need no labels; a fifth of them is held out for verification.
import { float32Tensor } from '@onnx-compress/graph';
import { compressFile, quantize } from 'onnx-compress';

const [input, output] = process.argv.slice(2);

/** One row of the data, read when it is asked for. Each sample has a tensor for every input, with a batch of 1. */
async function sample(index) {
  const pixels = Float32Array.from({ length: 3 * 8 * 8 }, (_, position) => Math.sin(index + position));
  return new Map([['image', float32Tensor([1, 3, 8, 8], pixels)]]);
}

const count = 30;
const calibration = {
  count,
  sample,
  async *samples() {
    for (let index = 0; index < count; index++) yield await sample(index);
  },
};

const { report } = await compressFile(input, output, { steps: [quantize('int8-per-channel')], calibration });
const { inputs, agreement } = report.verification;
console.log(`verified on ${inputs.count} samples (${inputs.source}); same top class in ${100 * agreement} % of them`);
