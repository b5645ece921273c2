// Section of the low-rank table: pruning, factoring and quantizing in one run, against each by itself.
import { join } from 'node:path';
import { compressFile, resolveSpec } from 'onnx-compress';
import { table } from '../docs/markdown.mjs';
import { SUBJECTS } from './low-rank-subjects.mjs';

const MODELS = ['ppocr-rec', 'squeezenet1_1', 'fashion_cnn', 'magika'];

const SPECS = { prune: 'l1:0.3', 'low-rank': 'svd:energy=0.95', quant: 'int8-per-channel' };
const TOGETHER = 'together';
const VARIANTS = [...Object.keys(SPECS), TOGETHER];

const stepsOf = (variant) =>
  Object.entries(SPECS)
    .filter(([family]) => variant === TOGETHER || family === variant)
    .map(([family, spec]) => resolveSpec(family, spec));

async function run(subject, opened, { variant }, folder) {
  const output = join(folder, 'composed.onnx');
  const started = performance.now();
  const { report } = await compressFile(opened.path, output, {
    ...subject.settings,
    steps: stepsOf(variant),
    calibration: await opened.calibrate(0),
    ...{ verify: 'full', force: true },
  });
  const { before, after, verification, steps } = report;
  const asked = steps.filter(({ family }) => family !== 'cleanup');
  return {
    seconds: (performance.now() - started) / 1000,
    ...{ bytes: after.fileBytes, size: after.fileBytes / before.fileBytes },
    ...{ status: verification.status, cosine: verification.cosine },
    layers: asked.map(({ family, changed }) => `${family} ${changed.length}`),
  };
}

const caseOf = (subject) => ({
  model: subject.name,
  keys: VARIANTS.map((variant) => ({ variant, draw: 0 })),
  open: subject.open,
  run: (opened, key, folder) => run(subject, opened, key, folder),
});

const percent = (value) => `${(100 * value).toFixed(1)} %`;

function verdictsOf(model, rows) {
  const together = rows.find(({ variant }) => variant === TOGETHER);
  const alone = rows.filter((row) => row !== together);
  if (together === undefined || alone.length < VARIANTS.length - 1) return [];
  const smallest = Math.min(...alone.map(({ size }) => size));
  return [
    {
      ...{ model, words: 'all three, verification', limit: 'ok', draws: 1 },
      ...{ measured: together.status, met: together.status === 'ok' },
    },
    {
      ...{ model, words: 'all three, size', limit: `below ${percent(smallest)}, the smallest alone`, draws: 1 },
      ...{ measured: percent(together.size), met: together.size < smallest },
    },
  ];
}

const byModel = (rows, use) =>
  MODELS.flatMap((name) =>
    use(
      name,
      rows.filter(({ model }) => model === name),
    ),
  );

function cells(model, rows) {
  if (rows.length === 0) return [];
  const size = (variant) => {
    const row = rows.find((one) => one.variant === variant);
    return row === undefined ? '' : percent(row.size);
  };
  const together = rows.find(({ variant }) => variant === TOGETHER);
  const outcome = together === undefined ? ['', '', ''] : [together.layers.join(', '), together.status];
  const cosine = together?.cosine === undefined || together.cosine === null ? '' : together.cosine.toFixed(4);
  return [[model, ...VARIANTS.map(size), ...outcome.slice(0, 2), cosine]];
}

const HEAD = [
  'model',
  ...Object.values(SPECS).map((spec) => `\`${spec}\``),
  TOGETHER,
  'layers',
  'verification',
  'cosine',
];

export const COMPOSITION = {
  name: 'composition',
  title: 'Prune, factor, quantize',
  cases: MODELS.map((name) => caseOf(SUBJECTS.find((one) => one.name === name))),
  told: ({ size, status, seconds }) => `size ${percent(size)}, ${status}, ${seconds.toFixed(1)} s`,
  verdicts: (rows) => byModel(rows, verdictsOf),
  blocks: (rows) => [table(HEAD, byModel(rows, cells))],
};
