// The models of the quantization table: what calibrates, what is evaluated, what is timed.
import { join } from 'node:path';
import { memoryTensor } from '@onnx-compress/graph';
import ort from 'onnxruntime-node';
import { compared, comparedInSequence, feedsOf, largest } from './quant-fidelity.mjs';
import { drawnLines, lineReader, noise, speechFrames, taskSamples, writeSamples } from './quant-samples.mjs';
import { exposeScores, withSessions } from './quant-sessions.mjs';

export const range = (count) => Array.from({ length: count }, (_, index) => index);

/** `size` of the even positions below `count`, spread evenly; no two draws below `step` share one. */
const evenDraw = (count, size, step) => (draw) =>
  range(count)
    .filter((index) => index % 2 === 0 && (index / 2) % step === draw)
    .slice(0, size);

const oddPositions = (count) => range(count).filter((index) => index % 2 === 1);

/** A model that is evaluated on samples one by one. */
export async function opened(folder, path, { calibrating, evaluated, answer }) {
  return {
    ...{ path, evaluated, answer },
    calibrate: (draw) => writeSamples(join(folder, 'calibration.npy'), calibrating(draw)).then((file) => [file]),
    feeds: () => withSessions([path], (session) => feedsOf(session, evaluated()[0])),
    evaluate: (result) => compared(path, result, evaluated(), answer),
  };
}

export const modelIn = (zoo, file) => join(zoo.folder, 'models', file);

/** Photos: odd positions are evaluated, even ones calibrate. */
export function photos({ file, task, shape, answer, perDraw = 31, evaluatedCount = 250 }) {
  return async (zoo, folder) => {
    const { sample, count } = taskSamples(zoo, task, 'test', shape);
    return opened(folder, modelIn(zoo, file), {
      calibrating: (draw) => evenDraw(count, perDraw, 8)(draw).map(sample),
      evaluated: () => oddPositions(count).slice(0, evaluatedCount).map(sample),
      answer,
    });
  };
}

/** A model that ends in a Softmax, with the fidelity of what that reads. */
export const withScores = (open) => async (zoo, folder) => {
  const model = await open(zoo, folder);
  const copies = ['before', 'after'].map((name) => join(folder, `scores-${name}.onnx`));
  await exposeScores(model.path, copies[0]);
  return {
    ...model,
    async evaluate(result) {
      await exposeScores(result, copies[1]);
      const { outputs, ...figures } = await compared(copies[0], copies[1], model.evaluated(), model.answer);
      return { ...figures, scoresSnrDb: outputs.at(-1) };
    },
  };
};

export const SQUEEZENET = {
  ...{ file: 'squeezenet-imagenet/squeezenet1_1_fp32.onnx', task: 'imagenet-squeezenet', answer: largest },
};

/** Classifiers whose training images calibrate, `perDraw` of them. */
export const classifier =
  (file, task, perDraw = 64) =>
  async (zoo, folder) => {
    const [test, train] = ['test', 'train'].map((part) => taskSamples(zoo, task, part));
    return opened(folder, modelIn(zoo, file), {
      calibrating: (draw) =>
        range(train.count)
          .filter((index) => index % Math.min(31, Math.floor(train.count / perDraw)) === draw)
          .slice(0, perDraw)
          .map(train.sample),
      evaluated: () => range(test.count).map(test.sample),
      answer: largest,
    });
  };

/** The recognizer of text lines; `perDraw` lines that are drawn from other texts calibrate. */
export const recognizer =
  (perDraw = 8) =>
  async (zoo, folder) => {
    const { sample, count } = taskSamples(zoo, 'ocr-rec');
    return opened(folder, modelIn(zoo, 'ppocr-v4/ch_PP-OCRv4_rec_infer.onnx'), {
      calibrating: (draw) => drawnLines(perDraw, 101 + draw),
      evaluated: () => range(count).map(sample),
      answer: lineReader(join(zoo.folder, 'models/ppocr-v4/ppocr_keys_v1.txt')),
    });
  };

/** The files with distinct contents, by the index of the first of each. */
export function distinct(samples) {
  const keys = samples.map(({ values }) => Buffer.from(values.buffer).toString('base64'));
  return range(samples.length).filter((index) => keys.indexOf(keys[index]) === index);
}

async function magika(zoo, folder) {
  const { sample, count } = taskSamples(zoo, 'magika');
  const all = range(count).map(sample);
  const firsts = distinct(all);
  return opened(folder, modelIn(zoo, 'magika/model.onnx'), {
    calibrating: (draw) => firsts.filter((_, index) => index % 4 === draw).map(sample),
    evaluated: () => all,
    answer: largest,
  });
}

const ULTRAFACE = [3, 240, 320];

async function noiseOnly(zoo, folder) {
  return opened(folder, modelIn(zoo, 'ultraface/version-RFB-320.onnx'), {
    calibrating: (draw) => range(16).map((index) => noise(ULTRAFACE, 1000 * (draw + 1) + index)),
    evaluated: () => range(32).map((index) => noise(ULTRAFACE, index)),
  });
}

const STATE = [2, 1, 128];
const SPEECH_RATE = 16000n;
/** Frames that calibrate: of the first ten seconds, every fifth; the others are evaluated. */
const CALIBRATING_FRAMES = 312;

const speechFeeds = (frame, { stateN }) => ({
  input: new ort.Tensor('float32', frame, [1, 576]),
  state: stateN,
  sr: new ort.Tensor('int64', BigInt64Array.of(SPEECH_RATE), []),
});

const silence = () => ({ stateN: new ort.Tensor('float32', new Float32Array(256), STATE) });

const asTensor = ({ type, dims, data }) =>
  memoryTensor(type, dims, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));

async function speechSamples(path, frames) {
  const samples = [];
  await withSessions([path], async (session) => {
    let state = silence();
    for (const frame of frames) {
      const feeds = speechFeeds(frame, state);
      samples.push(new Map(Object.entries(feeds).map(([name, tensor]) => [name, asTensor(tensor)])));
      state = await session.run(feeds);
    }
  });
  return samples;
}

/** A source of samples as the library takes it. */
const sourceOf = (samples) => ({
  count: samples.length,
  sample: async (index) => samples[index],
  async *samples() {
    yield* samples;
  },
});

async function silero(zoo) {
  const path = modelIn(zoo, 'silero-vad/silero_vad_v6.onnx');
  const frames = speechFrames(zoo);
  const known = await speechSamples(path, frames.slice(0, CALIBRATING_FRAMES));
  return {
    path,
    calibrate: async (draw) => sourceOf(known.filter((_, index) => index % 5 === draw)),
    feeds: async () => speechFeeds(frames[CALIBRATING_FRAMES], silence()),
    evaluate: (result) => comparedInSequence(path, result, frames.slice(CALIBRATING_FRAMES), silence(), speechFeeds),
  };
}

/** Everything else of the zoo, on random inputs: is it worse than before? */
const OTHERS = {
  'basic-pitch/nmp.onnx': {},
  'dtln/model_1.onnx': {},
  'dtln/model_2.onnx': {},
  ...Object.fromEntries(
    ['bilstm_embedding', 'densenet', 'efficientnet', 'mobilenet_v2', 'mobilenet_v2__bn', 'resnet_basic']
      .concat([
        'resnet_basic__bn',
        'shufflenet_v2',
        'transformer_encoder',
        'unet_concat_deconv__bn',
        'vgg_bn__bn',
        'vit',
      ])
      .map((name) => [`mini-random/${name}.onnx`, {}]),
  ),
  'mnist-cntk/mnist.onnx': {},
  'onnx-light/light_squeezenet.onnx': {},
  'ppocr-v4/ch_ppocr_mobile_v2.0_cls_infer.onnx': {
    dims: { 'p2o.DynamicDimension.1': 48, 'p2o.DynamicDimension.2': 192 },
  },
  'silero-vad/silero_vad_op18_ifless.onnx': { inputs: { sr: '16000' }, dims: { sequence: 576 } },
  'squeezenet-imagenet/SqueezeNet_fp16.onnx': {},
  'super-resolution/pytorch_super_resolution.onnx': {},
  'yunet/yunet_n_dynamic.onnx': { dims: { height: 320, width: 320 } },
};

const PHOTO_PROTOCOL = '250 photos at odd positions, 31 of those at even ones calibrate';
const TRAINING_PROTOCOL = 'all test images, 64 training images calibrate';
export const LINE_SIZES = { 'p2o.DynamicDimension.0': 1, 'p2o.DynamicDimension.1': 320 };
const UNTRAINED = 'random inputs';
const FACES = { file: 'ultraface/version-RFB-320.onnx', task: 'imagenet-mobilenetv2', shape: ULTRAFACE };

/**
 * `open(zoo, folder)` gives `path`, `calibrate(draw)`, and where there are data `feeds()` and `evaluate(result)`.
 * `settings` go to every run of the toolkit.
 */
export const SUBJECTS = [
  { name: 'squeezenet1_1', draws: 7, protocol: PHOTO_PROTOCOL, open: withScores(photos(SQUEEZENET)) },
  {
    ...{ name: 'ppocr-rec', draws: 3, open: recognizer(), settings: { dims: LINE_SIZES } },
    protocol: '100 rendered lines, 8 lines drawn from other texts calibrate',
  },
  ...['fashion_cnn', 'fashion_cnn_bn'].map((name) => ({
    ...{ name, draws: 3, protocol: TRAINING_PROTOCOL, open: classifier(`small-trained/${name}.onnx`, 'fashion') },
  })),
  ...['cifar10_vggbn', 'cifar10_vggbn_bn'].map((name) => ({
    ...{ name, draws: 3, protocol: TRAINING_PROTOCOL, open: classifier(`small-trained/${name}.onnx`, 'cifar10') },
  })),
  {
    ...{ name: 'magika', draws: 3, open: magika },
    protocol:
      'all 129 files, which hold 31 distinct contents; a fourth of the contents calibrates and is evaluated too',
  },
  {
    ...{ name: 'silero-vad v6', draws: 3, open: silero, settings: { inputs: { sr: '16000' } } },
    protocol: 'speech after the first ten seconds, frame by frame, each model with its own state',
  },
  {
    ...{ name: 'ultraface', draws: 3, open: photos({ ...FACES, perDraw: 16, evaluatedCount: 64 }) },
    protocol: '64 photos at odd positions, 16 of those at even ones calibrate; they show things, few faces',
  },
  { name: 'ultraface, noise', draws: 3, protocol: '32 arrays of normal noise, 16 others calibrate', open: noiseOnly },
  {
    ...{ name: 'mobilenetv2', draws: 3, protocol: PHOTO_PROTOCOL },
    open: photos({
      ...{ file: 'mobilenetv2-imagenet/mobilenetv2_fp32.onnx', task: 'imagenet-mobilenetv2', answer: largest },
    }),
  },
];

/** Models without data of their own: written from random inputs, only size and speed are looked at. */
export const OTHER_SUBJECTS = Object.entries(OTHERS).map(([file, settings]) => ({
  ...{ name: file.replace(/\.onnx$/, ''), draws: 1, protocol: UNTRAINED, settings },
  open: async (zoo) => ({ path: modelIn(zoo, file), calibrate: async () => ['random'] }),
}));
