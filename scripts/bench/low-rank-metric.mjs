// Section of the low-rank table: models halved without samples and with samples, both against the original.
import { join } from 'node:path';
import { compressFile } from 'onnx-compress';
import { table } from '../docs/markdown.mjs';
import { SUBJECTS } from './low-rank-subjects.mjs';

/** Plain truncation, the metric of the data by itself, and with the refit that samples bring by default. */
const VARIANTS = {
  plain: { options: { metric: 'weights', recover: 'off' }, sampled: false, words: 'plain' },
  metric: { options: { recover: 'off' }, sampled: true, words: 'metric of the data' },
  refit: { options: {}, sampled: true, words: 'and refit' },
};

const DRAWS = 3;

/** Plain truncation sees no samples, but its error is taken on those of each draw. */
const KEYS = [...Array(DRAWS).keys()].flatMap((draw) => Object.keys(VARIANTS).map((variant) => ({ variant, draw })));

/** By how much samples have to lower the error. */
const LOWER = 0.3;

/** Most that may be lost, in points, and least number of lines read to the letter. */
const DROPS = { magika: 1, fashion_cnn: 1 };
const EXACT = { 'ppocr-rec': 90 };
const JUDGED = ['magika', 'ppocr-rec', 'fashion_cnn'];

const sum = (values) => values.reduce((total, value) => total + value, 0);

/** Layers that were factored, and what is left of their parameters. */
function factored(steps) {
  const changed = steps.filter(({ family }) => family === 'low-rank').flatMap((step) => step.changed);
  const [before, after] = ['parametersBefore', 'parametersAfter'].map((key) => sum(changed.map((one) => one[key])));
  return { layers: changed.length, keptOfFactored: after / before };
}

/** Energy of the error as a part of that of the signal. */
const errorOf = (snrDb) => (snrDb === undefined ? undefined : 10 ** (-snrDb / 10));

/** Halves the model of a subject in one way and evaluates it. */
async function metricRow(subject, opened, folder, { variant, draw }) {
  const { options, sampled } = VARIANTS[variant];
  const calibration = await opened.calibrate(draw);
  const output = join(folder, 'factored.onnx');
  const started = performance.now();
  const { report } = await compressFile(opened.path, output, {
    ...subject.settings,
    steps: subject.steps(options),
    ...(sampled && { calibration }),
    ...{ verify: 'off', force: true },
  });
  const seconds = (performance.now() - started) / 1000;
  const { snrDb, scoresSnrDb, n, agree, correctBefore, correctAfter } = await opened.evaluate(output);
  const { before, after, steps } = report;
  return {
    seconds,
    ...{ parameters: after.parameters / before.parameters, macs: after.macs / before.macs, ...factored(steps) },
    ...{ outputError: errorOf(snrDb), scoresError: errorOf(scoresSnrDb), n, agree, correctBefore, correctAfter },
  };
}

const caseOf = (subject) => ({
  model: subject.name,
  keys: KEYS,
  open: subject.open,
  run: (opened, key, folder) => metricRow(subject, opened, folder, key),
});

const dropOf = ({ n, correctBefore, correctAfter }) => (100 * (correctBefore - correctAfter)) / n;
const of = (rows, variant) => rows.filter((row) => row.variant === variant);
const part = (value) => (value < 0.1 ? value.toPrecision(2) : value.toFixed(3));
const percent = (value) => `${(100 * value).toFixed(1)} %`;
const least = (values) => Math.min(...values);
const most = (values) => Math.max(...values);
const range = (values, format) =>
  least(values) === most(values) ? format(most(values)) : `${format(least(values))} to ${format(most(values))}`;

/** The error with samples as a part of the one without, for each draw. */
function errorRatios(rows, key) {
  const plain = new Map(of(rows, 'plain').map((row) => [row.draw, row[key]]));
  return of(rows, 'refit').flatMap((row) => (plain.has(row.draw) ? [row[key] / plain.get(row.draw)] : []));
}

function verdictsOf(model, rows) {
  const refits = of(rows, 'refit');
  const ratios = errorRatios(rows, 'outputError');
  if (ratios.length === 0) return [];
  const verdict = (words, limit, measured, met) => [{ model, words, limit, measured, draws: refits.length, met }];
  const [drops, lines] = [refits.map(dropOf), refits.map((row) => row.correctAfter)];
  const [drop, exact] = [DROPS[model], EXACT[model]];
  return [
    ...verdict(
      ...['output error, of that of plain SVD, worst', `at most ${percent(1 - LOWER)}`],
      ...[percent(most(ratios)), most(ratios) <= 1 - LOWER],
    ),
    ...(drop === undefined
      ? []
      : verdict('drop, worst', `at most ${drop} points`, `${most(drops).toFixed(2)} points`, most(drops) <= drop)),
    ...(exact === undefined
      ? []
      : verdict('exact lines, worst', `at least ${exact}`, String(least(lines)), least(lines) >= exact)),
  ];
}

function cells(model, rows, variant) {
  const own = of(rows, variant);
  if (own.length === 0) return [];
  const values = (key) => own.map((row) => row[key]).filter((value) => value !== undefined);
  const shown = (key, format) => (values(key).length === 0 ? '' : range(values(key), format));
  return [
    [
      ...[model, VARIANTS[variant].words, String(own.length), shown('parameters', percent), shown('macs', percent)],
      ...[shown('outputError', part), shown('scoresError', part)],
      ...[
        range(own.map(dropOf), (value) => value.toFixed(2)),
        range(
          own.map(({ agree, n }) => agree / n),
          percent,
        ),
      ],
      range(
        own.map(({ seconds }) => seconds),
        (value) => value.toFixed(1),
      ),
    ],
  ];
}

const HEAD = [
  'model',
  'way',
  'draws',
  'parameters',
  'MACs',
  'output error',
  'before Softmax',
  'drop',
  'same answer',
  's',
];

const byModel = (rows, use) =>
  SUBJECTS.flatMap(({ name }) => {
    const own = rows.filter(({ model }) => model === name);
    return own.length === 0 ? [] : use(name, own);
  });

export const METRIC = {
  name: 'metric',
  title: 'The metric of the data',
  cases: SUBJECTS.map(caseOf),
  told: ({ outputError, n, correctBefore, correctAfter, seconds }) =>
    `error ${part(outputError)}, correct ${correctBefore} to ${correctAfter} of ${n}, ${seconds.toFixed(1)} s`,
  verdicts: (rows) => byModel(rows, (name, own) => (JUDGED.includes(name) ? verdictsOf(name, own) : [])),
  blocks: (rows) => [
    table(
      HEAD,
      byModel(rows, (name, own) => Object.keys(VARIANTS).flatMap((variant) => cells(name, own, variant))),
    ),
    table(
      ['model', 'samples'],
      byModel(rows, (name) => [[name, SUBJECTS.find((one) => one.name === name).protocol]]),
    ),
  ],
};
