// Samples of a task: labels, answers of a model, and arrays of chosen inputs.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ort from 'onnxruntime-node';

/** Runs `use` with a folder that is gone afterwards. */
export async function withFolder(use) {
  const folder = await mkdtemp(join(tmpdir(), 'onnx-compress-accuracy-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Writes inputs as one `.npy`, the sample axis first. */
export function writeInputs(path, shape, values) {
  const kind = values instanceof Int32Array ? '<i4' : '<f4';
  const text = `{'descr': '${kind}', 'fortran_order': False, 'shape': (${shape.join(', ')}), }`;
  const header = `${text.padEnd(64 * Math.ceil((text.length + 11) / 64) - 11)}\n`;
  const magic = Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, header.length % 256, header.length >> 8]);
  return writeFile(path, Buffer.concat([magic, Buffer.from(header), new Uint8Array(values.buffer)]));
}

/** One of the tasks of the zoo's evaluation script: `count`, `labels`, `answers(model)`, `write(path, indices)`. */
export function zooTask({ folder, evaluate, tasks }, name, { calibrationPart = 'test', threads = 1 } = {}) {
  const data = join(folder, 'data');
  const tested = tasks[name](data, 'test');
  const given = tasks[name](data, calibrationPart);
  const labelOf = (index) => (tested.text === undefined ? tested.label(index) : tested.text(index).replace(/\s+/g, ''));
  return {
    count: tested.n,
    calibrationCount: given.n,
    separate: calibrationPart !== 'test',
    labels: Array.from({ length: tested.n }, (_, index) => String(labelOf(index))),
    answers: (model) =>
      withFolder(async (temporary) => {
        const file = join(temporary, 'answers.txt');
        await evaluate(name, model, { data, threads, answers: file });
        return (await readFile(file, 'utf8')).split('\n').slice(0, tested.n);
      }),
    write(path, indices) {
      const size = given.shape.reduce((product, length) => product * length, 1);
      const values = new (given.integer ? Int32Array : Float32Array)(indices.length * size);
      for (const [row, index] of indices.entries())
        given.fill(index, values.subarray(row * size, (row + 1) * size), given.shape);
      return writeInputs(path, [indices.length, ...given.shape], values);
    },
  };
}

/** Index of the largest value; of equal ones the first. */
function largest(values) {
  let best = 0;
  for (let index = 1; index < values.length; index++) if (values[index] > values[best]) best = index;
  return best;
}

/** The same for features in memory, row by row, for a model with a free batch size. */
export function featureTask({ test, train }) {
  const { features, width, labels } = test;
  return {
    count: labels.length,
    calibrationCount: train.labels.length,
    separate: true,
    labels: Array.from(labels, String),
    async answers(model) {
      const session = await ort.InferenceSession.create(model, { intraOpNumThreads: 1 });
      const input = new ort.Tensor('float32', features, [labels.length, width]);
      const { [session.outputNames[0]]: scores } = await session.run({ [session.inputNames[0]]: input });
      await session.release();
      const classes = scores.dims[1];
      return Array.from(labels, (_, row) => String(largest(scores.data.subarray(row * classes, (row + 1) * classes))));
    },
    write(path, indices) {
      const values = new Float32Array(indices.length * width);
      for (const [row, index] of indices.entries())
        values.set(train.features.subarray(index * width, (index + 1) * width), row * width);
      return writeInputs(path, [indices.length, width], values);
    },
  };
}
