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
const MAGIKA = 'magika/model.onnx';

const keyOf = ({ values }) => Buffer.from(values.buffer).toString('base64');

/** All files, and one of each content. */
function magikaFiles(zoo) {
  const { sample, count } = taskSamples(zoo, 'magika');
  const files = models.range(count).map(sample);
  return { files, contents: models.distinct(files).map((index) => files[index]) };
}

/** Every fourth of the distinct contents is held out, others in each draw, and the rest calibrates. */
async function magika(zoo, folder) {
  const { files, contents } = magikaFiles(zoo);
  const heldOutIn = (draw) => new Set(contents.filter((_, index) => index % FOLDS === draw).map(keyOf));
  let heldOut = heldOutIn(0);
  return models.opened(folder, models.modelIn(zoo, MAGIKA), {
    calibrating(draw) {
      heldOut = heldOutIn(draw);
      return contents.filter((content) => !heldOut.has(keyOf(content)));
    },
    evaluated: () => files.filter((file) => heldOut.has(keyOf(file))),
    answer: largest,
  });
}

/** What the number of contents limits: all of them calibrate, and all are evaluated. */
async function magikaSeen(zoo, folder) {
  const { files, contents } = magikaFiles(zoo);
  return models.opened(folder, models.modelIn(zoo, MAGIKA), {
    calibrating: () => contents,
    evaluated: () => files,
    answer: largest,
  });
}

/** The classifier alone at three fifths of its rank, which saves a sixth of it. */
const CLASSIFIER_RANK = 128;
const classifier = (options) => [lowRank('svd', { rank: CLASSIFIER_RANK, ...options })];

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
    protocol: '129 files of 31 distinct contents: a fourth of the contents is evaluated, the others calibrate',
  },
  {
    ...{ name: 'magika, all contents', open: magikaSeen, steps: halved },
    protocol: 'the same files, each content calibrates and is evaluated',
  },
  {
    ...{ name: 'magika, classifier', open: magika, steps: classifier },
    protocol: `as magika, only the last layer, at rank ${CLASSIFIER_RANK}`,
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
