// Measures an accuracy that only the caller knows, before and after, and limits how far it may fall:
// `node own-accuracy.mjs model.onnx small.onnx`. `evaluate` gets a loaded model and returns a number; more is better.
import { compressFile, quantize } from 'onnx-compress';

const [input, output] = process.argv.slice(2);

/** Stands for a labelled data set: images of one colour, whose class is what the original says of them. */
const images = Array.from({ length: 20 }, (_, index) => new Float32Array(3 * 8 * 8).fill(index / 20));
const labels = [];

const bytesOf = ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength);

async function classOf(session, image) {
  const feeds = new Map([['image', { dataType: 'float32', dims: [1, 3, 8, 8], bytes: bytesOf(image) }]]);
  const { bytes } = (await session.run(feeds)).get('scores');
  const scores = new Float32Array(bytes.slice().buffer);
  return scores.indexOf(Math.max(...scores));
}

async function evaluate(session) {
  const classes = [];
  for (const image of images) classes.push(await classOf(session, image));
  if (labels.length === 0) labels.push(...classes);
  return classes.filter((found, index) => found === labels[index]).length / images.length;
}

const { report } = await compressFile(input, output, {
  steps: [quantize('int8-per-channel')],
  evaluate,
  budgets: { maxScoreDrop: 0.05 },
});
console.log(`accuracy ${report.score.before} -> ${report.score.after}`);
