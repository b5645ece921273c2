// Section of the low-rank table: is the time of a factored layer what its MACs say?
import { join } from 'node:path';
import { openModel, writeModel } from '@onnx-compress/graph/node';
import { profileModel } from '@onnx-compress/runtime';
import { compressFile, lowRank } from 'onnx-compress';
import { code, table } from '../docs/markdown.mjs';
import { SUBJECTS } from './low-rank-subjects.mjs';
import { feedsOf } from './quant-fidelity.mjs';
import { timedInTurn, withSessions } from './quant-sessions.mjs';
import { resnet50 } from './resnet.mjs';
import { vgg16 } from './vgg.mjs';

/** Layers are timed in turn, so often and so long each time; the least time counts. */
const PASSES = 4;
const SECONDS = 1;
/** Most that the time may be above the MACs, and that no layer may be above its dense time, as parts of 1. */
const OFF = 0.15;
const NOISE = 0.05;
/** Layers below this time are not judged by themselves. */
const LEAST_MS = 0.05;

const WITHOUT_SAMPLES = { keepMacs: 0.5, metric: 'weights', recover: 'off' };
const halved = (technique, options = {}) => lowRank(technique, { ...WITHOUT_SAMPLES, ...options });
const built = (build, size) => async (_, folder) => {
  const path = join(folder, 'built.onnx');
  await writeModel(build({ size }), path);
  const values = Float32Array.from({ length: 3 * size * size }, (__, index) => Math.sin(index));
  return { path, sample: { values, shape: [3, size, size] } };
};

const zooSubject = (name) => {
  const { open, steps, settings } = SUBJECTS.find((one) => one.name === name);
  return {
    ...{ model: name, settings, variants: { 'svd and svd-conv': () => steps({ metric: 'weights', recover: 'off' }) } },
    async open(zoo, folder) {
      const { path, evaluated } = await open(zoo, folder);
      return { path, sample: evaluated()[0] };
    },
  };
};

const NETS = [
  {
    ...{ model: 'VGG-16, 128 x 128', open: built(vgg16, 128) },
    variants: Object.fromEntries(
      ['svd-conv', 'spatial-svd', 'tucker2'].map((method) => [method, () => [halved(method)]]),
    ),
  },
  {
    ...{ model: 'ResNet-50, 224 x 224', open: built(resnet50, 224) },
    variants: { svd: () => [halved('svd')], 'spatial-svd': () => [halved('spatial-svd', { include: ['*.spatial'] })] },
  },
  ...['magika', 'ppocr-rec', 'fashion_cnn', 'squeezenet1_1'].map(zooSubject),
];

const withModels = async (paths, use) => {
  const models = await Promise.all(paths.map((path) => openModel(path)));
  try {
    return await use(...models);
  } finally {
    for (const model of models) await model.close();
  }
};

/** The first input of a model as the runtime takes it. */
function hostFeeds({ graph }, { values, shape }) {
  const dataType = values instanceof Int32Array ? 'int32' : 'float32';
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return new Map([[graph.inputs[0].name, { dataType, dims: [1, ...shape], bytes }]]);
}

/** Least milliseconds of every node of both models, by label. */
function leastTimes(before, after, sample) {
  return withModels([before, after], async (...models) => {
    const least = models.map(() => new Map());
    for (let pass = 0; pass < PASSES; pass++) {
      for (const [side, model] of models.entries()) {
        const { layers } = await profileModel(model, hostFeeds(model, sample), { seconds: SECONDS });
        for (const { node, timeMs } of layers)
          least[side].set(node, Math.min(timeMs, least[side].get(node) ?? Number.POSITIVE_INFINITY));
      }
    }
    return least;
  });
}

/** A factored layer with its time before and after; its other factors are new nodes named after it and a part. */
function layerOf({ node, rank, macsBefore, macsAfter }, [before, after]) {
  const isFactor = (label) => !before.has(label) && label.slice(0, label.lastIndexOf('/')) === node;
  const own = [...after].filter(([label]) => label === node || isFactor(label));
  const afterMs = own.reduce((sum, [, timeMs]) => sum + timeMs, 0);
  return { node, rank, macs: macsAfter / macsBefore, macsBefore, macsAfter, beforeMs: before.get(node), afterMs };
}

async function run({ settings, variants }, { path, sample }, { variant }, folder) {
  const output = join(folder, 'factored.onnx');
  const steps = variants[variant]();
  const { report } = await compressFile(path, output, { ...settings, steps, verify: 'off', force: true });
  const times = await leastTimes(path, output, sample);
  const changed = report.steps.filter(({ family }) => family === 'low-rank').flatMap((step) => step.changed);
  const layers = changed.map((change) => layerOf(change, times));
  const feeds = await withSessions([path], (session) => feedsOf(session, sample));
  const { leastRatio } = await timedInTurn(path, output, feeds);
  return { layers, macs: report.after.macs / report.before.macs, leastRatio };
}

const caseOf = (net) => ({
  model: net.model,
  keys: Object.keys(net.variants).map((variant) => ({ variant, draw: 0 })),
  open: net.open,
  run: (opened, key, folder) => run(net, opened, key, folder),
});

const sum = (layers, key) => layers.reduce((total, layer) => total + layer[key], 0);

/** All factored layers of a row together. */
function together({ layers }) {
  const macs = sum(layers, 'macsAfter') / sum(layers, 'macsBefore');
  const time = sum(layers, 'afterMs') / sum(layers, 'beforeMs');
  return { macs, time, off: time / macs - 1 };
}

const ratioOf = ({ beforeMs, afterMs }) => afterMs / beforeMs;
const part = (value) => value.toFixed(2);
const percent = (value) => `${value > 0 ? '+' : ''}${(100 * value).toFixed(0)} %`;

/** The slowest layer of those that take long enough to tell. */
function slowest({ layers }) {
  const judged = layers.filter(({ beforeMs }) => beforeMs >= LEAST_MS);
  return judged.sort((left, right) => ratioOf(right) - ratioOf(left))[0];
}

function verdictsOf(row) {
  const { model, variant } = row;
  if (row.layers.length === 0)
    return [{ model, words: variant, limit: 'a factored layer', measured: 'none', draws: 1 }];
  const { macs, time, off } = together(row);
  const worst = slowest(row);
  return [
    {
      ...{ model, words: `${variant}, time of the factored layers`, limit: `at most ${percent(OFF)} over the MACs` },
      ...{
        measured: `${part(time)} of the time, ${part(macs)} of the MACs (${percent(off)})`,
        draws: 1,
        met: off <= OFF,
      },
    },
    ...(worst === undefined
      ? []
      : [
          {
            ...{ model, words: `${variant}, slowest layer`, limit: `at most ${part(1 + NOISE)} of dense`, draws: 1 },
            ...{ measured: `${part(ratioOf(worst))} (${code(worst.node)})`, met: ratioOf(worst) <= 1 + NOISE },
          },
        ]),
  ];
}

function cells(row) {
  const { macs, time, off } = together(row);
  return [
    ...[row.model, row.variant, String(row.layers.length), part(macs), part(time), percent(off)],
    ...[part(row.macs), part(row.leastRatio)],
  ];
}

const layerCells = ({ model, variant, layers }) =>
  layers
    .filter(({ beforeMs }) => beforeMs >= LEAST_MS)
    .map((layer) => [
      ...[model, variant, code(layer.node), [layer.rank].flat().join(', '), `${layer.beforeMs.toPrecision(3)} ms`],
      ...[part(layer.macs), part(ratioOf(layer))],
    ]);

const HEAD = ['model', 'way', 'factored layers', 'MACs', 'time', 'off', 'MACs of the model', 'time of the model'];

export const SPEED = {
  name: 'speed',
  title: 'Time of factored layers',
  cases: NETS.map(caseOf),
  told: (row) => {
    const { macs, time, off } = together(row);
    return `${row.layers.length} layers, MACs ${part(macs)}, time ${part(time)} (${percent(off)}), model ${part(row.leastRatio)}`;
  },
  verdicts: (rows) => rows.flatMap(verdictsOf),
  blocks: (rows) => [
    table(HEAD, rows.filter(({ layers }) => layers.length > 0).map(cells)),
    table(['model', 'way', 'layer', 'rank', 'dense', 'MACs', 'time'], rows.flatMap(layerCells)),
  ],
};
