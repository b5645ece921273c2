// The models of the accuracy table: their data, how these are divided, how much is cut.
import { join } from 'node:path';
import { writeModel } from '@onnx-compress/graph/node';
import { featureTask, zooTask } from './accuracy-samples.mjs';
import { BUDGET_VARIANTS, RATIO_RECIPE, RATIO_VARIANTS, RECIPE } from './accuracy-variants.mjs';
import { pooledDigits, trainedMlp } from './mlp-net.mjs';

const keepMacs = (...parts) => parts.map((part) => ({ keepMacs: part }));
const indices = (count) => Array.from({ length: count }, (_, index) => index);
const chosen = (count, test) => indices(count).filter(test);

/** Every `step`-th sample for calibration, another one in each draw; all test samples are evaluated. */
const everyNth =
  (step, limit = Number.POSITIVE_INFINITY) =>
  ({ calibrationCount }, draw) => [
    { name: 'all', calibrate: chosen(calibrationCount, (index) => index % step === (3 * draw) % step).slice(0, limit) },
  ];

/**
 * Both halves in turn: one calibrates, the other is evaluated. The draws divide by the last, the second to last, the
 * third to last bit of the index.
 */
function halves({ count }, draw) {
  const bit = (index) => (index >> draw) & 1;
  return [0, 1].map((half) => ({
    name: half === 0 ? 'first half' : 'second half',
    calibrate: chosen(count, (index) => bit(index) === half),
  }));
}

const FROM_TRAINING = '500 images of the training set, evaluated on all images of the test set';
const HALVES = 'one half calibrates and the other is evaluated, in turn';

const ZOO_SUBJECTS = [
  ...['fashion_cnn', 'fashion_cnn_bn'].map((name) => ({
    ...{ name, file: `small-trained/${name}.onnx`, task: 'fashion', calibrationPart: 'train' },
    ...{ amounts: keepMacs(0.7, 0.5, 0.3), parts: everyNth(20), protocol: FROM_TRAINING },
  })),
  ...['cifar10_vggbn', 'cifar10_vggbn_bn'].map((name) => ({
    ...{ name, file: `small-trained/${name}.onnx`, task: 'cifar10', calibrationPart: 'train' },
    ...{ amounts: keepMacs(0.7, 0.5), parts: everyNth(4), protocol: FROM_TRAINING },
  })),
  {
    ...{ name: 'mnist-cntk', file: 'mnist-cntk/mnist.onnx', task: 'mnist', amounts: keepMacs(0.7, 0.5) },
    ...{ parts: everyNth(10), protocol: '500 of 5,000 digits, evaluated on the others' },
  },
  {
    ...{ name: 'magika', file: 'magika/model.onnx', task: 'magika', amounts: keepMacs(0.7, 0.5), parts: halves },
    protocol: `129 files of 31 distinct contents, which both halves share; ${HALVES}; correct means: as the uncompressed model`,
  },
  {
    ...{ name: 'mobilenetv2', file: 'mobilenetv2-imagenet/mobilenetv2_fp32.onnx', task: 'imagenet-mobilenetv2' },
    ...{ amounts: keepMacs(0.85, 0.7), parts: halves, threads: 2, protocol: `500 photos; ${HALVES}` },
  },
  {
    ...{ name: 'squeezenet1_1', file: 'squeezenet-imagenet/squeezenet1_1_fp32.onnx', task: 'imagenet-squeezenet' },
    ...{ amounts: keepMacs(0.9, 0.8, 0.7), parts: halves, threads: 2, protocol: `500 photos; ${HALVES}` },
  },
  {
    ...{ name: 'ppocr-rec', file: 'ppocr-v4/ch_PP-OCRv4_rec_infer.onnx', task: 'ocr-rec', amounts: keepMacs(0.8) },
    ...{ parts: halves, threads: 2, protocol: `100 rendered text lines; ${HALVES}; correct means: the whole line` },
  },
];

const zooSubject = (subject) => ({
  ...subject,
  variants: BUDGET_VARIANTS,
  recipe: RECIPE,
  open: (zoo) => ({
    task: zooTask(zoo, subject.task, subject),
    model: join(zoo.folder, 'models', subject.file),
  }),
});

const MLP = {
  name: 'mlp',
  amounts: [0.5, 0.75, 0.875].map((ratio) => ({ ratio, minKeep: 0.1 })),
  variants: RATIO_VARIANTS,
  recipe: RATIO_RECIPE,
  parts: everyNth(6, 512),
  protocol:
    '196-256-128-10, trained here on 3,500 digits of 14 x 14 pixels; 512 of these calibrate, evaluated on 1,500 others',
  async open(zoo, folder) {
    const digits = pooledDigits(zoo);
    const model = join(folder, 'mlp.onnx');
    await writeModel(trainedMlp(digits), model);
    return { task: featureTask(digits), model };
  },
};

/**
 * Models by name: `amounts` to cut, `variants` to try, `recipe` to judge, `parts(task, draw)` that are calibrated and
 * evaluated one by one and counted together, and `open(zoo, folder)`, which gives the task and the file.
 */
export const SUBJECTS = [...ZOO_SUBJECTS.map(zooSubject), MLP];

/** How an amount is called in tables. */
export function amountName({ keepMacs: kept, ratio }) {
  const percent = (part) => `${Number((100 * part).toFixed(1))} %`;
  return kept === undefined ? `${percent(ratio)} of the units` : `-${percent(1 - kept)} MACs`;
}
