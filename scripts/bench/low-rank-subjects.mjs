// The models of the low-rank table: which steps halve their layers, what calibrates, what is evaluated.
import { lowRank } from 'onnx-compress';
import { largest } from './quant-fidelity.mjs';
import { taskSamples } from './quant-samples.mjs';
import * as models from './quant-subjects.mjs';

/** Part of the parameters that stays of the layers that a step factors. */
const KEPT = 0.5;

/** Matrices and 1x1 convolutions, and in a second step the convolutions with larger kernels. */
const halved = (options) => [
  lowRank('svd', { keepParams: KEPT, ...options }),
  lowRank('svd-conv', { keepParams: KEPT, ...options }),
];

/** Only MatMul layers, or 1x1 convolutions as well. */
const halvedProducts = (options) => [lowRank('svd', { keepParams: KEPT, include: ['p2o.MatMul.*'], ...options })];
const halvedMatrices = (options) => [lowRank('svd', { keepParams: KEPT, ...options })];

const recognizer = {
  ...{ open: models.withScores(models.recognizer(64)), settings: { dims: models.LINE_SIZES } },
  protocol: '100 rendered lines, 64 lines drawn from other texts calibrate',
};

const FOLDS = 4;

/** Every fourth of the distinct contents is held out, others in each draw, and the rest calibrates. */
async function magika(zoo, folder) {
  const { sample, count } = taskSamples(zoo, 'magika');
  const files = models.range(count).map(sample);
  const keyOf = ({ values }) => Buffer.from(values.buffer).toString('base64');
  const contents = models.distinct(files).map((index) => files[index]);
  const heldOutIn = (draw) => new Set(contents.filter((_, index) => index % FOLDS === draw).map(keyOf));
  let heldOut = heldOutIn(0);
  return models.opened(folder, models.modelIn(zoo, 'magika/model.onnx'), {
    calibrating(draw) {
      heldOut = heldOutIn(draw);
      return contents.filter((content) => !heldOut.has(keyOf(content)));
    },
    evaluated: () => files.filter((file) => heldOut.has(keyOf(file))),
    answer: largest,
  });
}

const trained = (name, task) => ({
  ...{ name, steps: halved, open: models.classifier(`small-trained/${name}.onnx`, task, 500) },
  protocol: 'all test images, 500 training images calibrate',
});

const PHOTOS = '250 photos at odd positions, 31 of those at even ones calibrate';
const MOBILENET = { file: 'mobilenetv2-imagenet/mobilenetv2_fp32.onnx', task: 'imagenet-mobilenetv2', answer: largest };

/** `steps(options)` are the steps that halve a model; the rest is as in `quant-subjects.mjs`. */
export const SUBJECTS = [
  {
    ...{ name: 'magika', open: magika, steps: halved },
    protocol: '129 files of 37 distinct contents: a fourth of the contents is evaluated, the others calibrate',
  },
  { name: 'ppocr-rec', steps: halvedProducts, ...recognizer },
  { name: 'ppocr-rec, 1x1 too', steps: halvedMatrices, ...recognizer },
  trained('fashion_cnn', 'fashion'),
  trained('fashion_cnn_bn', 'fashion'),
  trained('cifar10_vggbn', 'cifar10'),
  {
    ...{ name: 'squeezenet1_1', open: models.withScores(models.photos(models.SQUEEZENET)), protocol: PHOTOS },
    steps: halved,
  },
  { name: 'mobilenetv2', open: models.photos(MOBILENET), protocol: PHOTOS, steps: halved },
];
