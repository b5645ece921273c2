// Sections of the low-bits table: every scheme, the choice of integers, mixed precision, dyadic scales, a large model.
import { code, table } from '../docs/markdown.mjs';
import { median } from './processes.mjs';
import { FIGURES } from './quant-bars.mjs';
import { largeModel } from './quant-processes.mjs';
import { quantRow } from './quant-run.mjs';
import { SUBJECTS } from './quant-subjects.mjs';

const subject = (model) => SUBJECTS.find(({ name }) => name === model);

const decibels = (value) => `${value.toFixed(1)} dB`;
const part = (value) => value.toFixed(3);
const percent = (value) => `${(100 * value).toFixed(1)} %`;

/** What a row says of a figure; '' where it has none. */
const told = (row, of, format) => (of(row) === undefined || of(row) === null ? '' : format(of(row)));

const figure = (name) => [FIGURES[name].of, FIGURES[name].format];

const COLUMNS = [
  ['bytes of the layers', ({ covered }) => covered, part],
  ['file', ...figure('size')],
  ['SNR of the weights', ({ weightSnrDb }) => weightSnrDb, decibels],
  ['SNR of the output', ...figure('snr')],
  ['correct before', ({ correctBefore, n }) => (correctBefore === undefined ? undefined : correctBefore / n), percent],
  ['after', ({ correctAfter, n }) => (correctAfter === undefined ? undefined : correctAfter / n), percent],
  ['same answer', ...figure('agreement')],
  ['latency', ...figure('latency')],
  ['s', ({ seconds }) => seconds, (value) => value.toFixed(1)],
];

/** One line for each variant; of several draws the median of each figure. */
function schemeTable(rows) {
  const keys = [...new Set(rows.map(({ model, variant }) => JSON.stringify([model, variant])))];
  const cells = keys.map((key) => {
    const [model, variant] = JSON.parse(key);
    const own = rows.filter((row) => row.model === model && row.variant === variant);
    const figures = COLUMNS.map(([, of, format]) => {
      const values = own.map(of).filter((value) => typeof value === 'number');
      return values.length === 0 ? '' : format(median(values));
    });
    return [model, code(variant), String(own.length), ...figures];
  });
  return [table(['model', 'spec', 'draws', ...COLUMNS.map(([words]) => words)], cells)];
}

const line = (row) =>
  COLUMNS.map(([words, of, format]) => [words, told(row, of, format)])
    .filter(([, text]) => text !== '')
    .map(([words, text]) => `${words} ${text}`)
    .join(', ');

const draws = (count) => Array.from({ length: count }, (_, draw) => draw);

/** A model with specs; `specOf` turns the name of a variant into a spec, with the rows that other specs give. */
const caseOf = (model, variants, count, specOf = (variant) => variant) => {
  const { open, settings = {} } = subject(model);
  return {
    model,
    keys: draws(count).flatMap((draw) => variants.map((variant) => ({ variant, draw }))),
    open,
    async run(opened, { variant, draw }, folder) {
      const rowOf = (spec) => quantRow(opened, settings, folder, { spec, draw });
      const spec = await specOf(variant, rowOf);
      return { spec, ...(await rowOf(spec)) };
    },
  };
};

const section = (name, title, cases, verdicts) => ({
  ...{ name, title, cases, told: line, blocks: schemeTable },
  verdicts: (rows) =>
    [...new Set(rows.map(({ model }) => model))].flatMap((model) =>
      verdicts(
        model,
        rows.filter((row) => row.model === model),
      ),
    ),
});

const verdict = (model, words, limit, measured, met, count) => ({ model, words, limit, measured, met, draws: count });

/** The differences of a figure between two variants, draw by draw. */
function differences(rows, [left, right], of) {
  const at = (variant) => new Map(rows.filter((row) => row.variant === variant).map((row) => [row.draw, of(row)]));
  const others = at(right);
  return [...at(left)].flatMap(([draw, value]) => (others.has(draw) ? [value - others.get(draw)] : []));
}

const ALL_SCHEMES = [
  ...['int8-per-channel', 'int8-per-channel,rounding=stochastic', 'int8-dyadic', 'int8-weight-only'],
  ...['int4-block:32', 'int4-block:128'],
  ...['codebook:16', 'codebook:8', 'log2:4', 'additive:4', 'additive:2', 'ternary', 'binary'],
];

const CODEBOOK_LIMIT = 0.16;

/** Every scheme on models of all kinds. */
export const SCHEMES = section(
  'schemes',
  'Every scheme',
  ['fashion_cnn', 'squeezenet1_1', 'ppocr-rec', 'magika', 'mobilenetv2'].map((model) => caseOf(model, ALL_SCHEMES, 1)),
  (model, rows) =>
    rows
      .filter(({ variant, covered }) => variant === 'codebook:16' && covered !== undefined)
      .map(({ covered }) =>
        verdict(
          model,
          '`codebook:16`, bytes of the layers',
          `at most ${CODEBOOK_LIMIT}`,
          part(covered),
          covered <= CODEBOOK_LIMIT,
          1,
        ),
      ),
);

const BLOCKS = ['int4-block:32', 'int4-block:32,method=hqq', 'int4-block:32,method=gptq'];
const LEAST_GAIN_DB = 1.5;
const BLOCK_LIMIT = 0.18;

/** Integers of blocks of four bits, chosen in three ways. */
export const ASSIGNMENT = section(
  'assignment',
  'The choice of integers',
  ['magika', 'ppocr-rec', 'mobilenetv2'].map((model) => caseOf(model, BLOCKS, 3)),
  (model, rows) => {
    const gains = differences(rows, [BLOCKS[2], BLOCKS[0]], FIGURES.snr.of);
    const covered = Math.max(...rows.flatMap((row) => row.covered ?? []));
    return [
      ...(gains.length === 0
        ? []
        : [
            verdict(
              ...[model, 'SNR of the output, `gptq` over `rtn`, median', `at least ${LEAST_GAIN_DB} dB`],
              ...[decibels(median(gains)), median(gains) >= LEAST_GAIN_DB, gains.length],
            ),
          ]),
      verdict(
        model,
        'bytes of the layers',
        `at most ${BLOCK_LIMIT}`,
        part(covered),
        covered <= BLOCK_LIMIT,
        rows.length,
      ),
    ];
  },
);

const UNIFORM = ['int4-block:32,method=gptq', 'int8-weight-only'];
const MIXED = 'mixed:int4+int8 at five bits';
const MIXED_GAIN_DB = 3;

const FLOAT_BITS = 32;

/** One bit more for each weight than blocks of four bits take, whatever chooses their integers. */
async function mixedSpec(variant, rowOf) {
  if (variant !== MIXED) return variant;
  const { bytes, coveredBytes } = await rowOf('int4-block:32');
  return `mixed:int4+int8,max-bytes=${Math.round(bytes + coveredBytes / FLOAT_BITS)}`;
}

/** Draws by model; Magika has three layers, of which one takes four fifths of the bytes. */
const MIXED_DRAWS = { magika: 3, 'ppocr-rec': 1, squeezenet1_1: 1 };

/** Four and eight bits at the bytes of five. */
export const MIXED_PRECISION = section(
  'mixed',
  'Mixed precision',
  Object.entries(MIXED_DRAWS).map(([model, count]) => caseOf(model, [...UNIFORM, MIXED], count, mixedSpec)),
  (model, rows) => {
    const gains = differences(rows, [MIXED, UNIFORM[0]], FIGURES.snr.of);
    if (gains.length === 0) return [];
    const gain = median(gains);
    const limit = `at least ${MIXED_GAIN_DB} dB`;
    return [
      verdict(
        ...[model, 'SNR of the output over uniform int4, median', limit],
        ...[decibels(gain), gain >= MIXED_GAIN_DB, gains.length],
      ),
    ];
  },
);

const DYADIC = ['int8-per-channel', 'int8-dyadic', 'int8-dyadic,format=integer'];
const DYADIC_DROP = 0.3;

/** Scales whose ratios are dyadic, against free ones. */
export const DYADIC_SCALES = section(
  'dyadic',
  'Dyadic scales',
  [caseOf('cifar10_vggbn', DYADIC, 3), caseOf('fashion_cnn', DYADIC, 3), caseOf('squeezenet1_1', DYADIC, 7)],
  (model, rows) => {
    const drops = differences(rows, [DYADIC[1], DYADIC[0]], FIGURES.drop.of);
    const mean = drops.reduce((sum, value) => sum + value, 0) / drops.length;
    return drops.length === 0
      ? []
      : [
          verdict(
            ...[model, 'drop beyond that of `int8-per-channel`, mean', `at most ${DYADIC_DROP} points`],
            ...[`${mean.toFixed(2)} points`, mean <= DYADIC_DROP, drops.length],
          ),
        ];
  },
);

const CPU_LIMIT = 2;
const PEAK_LIMIT = 250e6;

/** The 85 M-parameter model in the command line. */
export const LARGE = {
  name: 'large',
  isLong: true,
  title: 'A large model',
  cases: [
    {
      model: '85 M parameters',
      keys: [{ variant: 'int4-block:32', draw: 0 }],
      open: async () => ({}),
      run: (_, { variant }, folder) => largeModel({ spec: variant }, folder),
    },
  ],
  told: ({ cpuRatio, peakBytes }) => `CPU time ${cpuRatio.toFixed(2)}, ${(peakBytes / 1e6).toFixed(0)} MB`,
  verdicts: ([{ model, cpuRatio, peakBytes }]) => [
    verdict(
      model,
      '`int4-block:32`, CPU time of the bare loop',
      `at most ${CPU_LIMIT}`,
      cpuRatio.toFixed(2),
      cpuRatio <= CPU_LIMIT,
      1,
    ),
    verdict(
      model,
      '`int4-block:32`, peak memory',
      `at most ${PEAK_LIMIT / 1e6} MB`,
      `${(peakBytes / 1e6).toFixed(0)} MB`,
      peakBytes <= PEAK_LIMIT,
      1,
    ),
  ],
  blocks: (rows) => [
    table(
      ['spec', 'CPU time of the bare loop', 'peak memory'],
      rows.map(({ variant, cpuRatio, peakBytes }) => [
        code(variant),
        cpuRatio.toFixed(2),
        `${(peakBytes / 1e6).toFixed(0)} MB`,
      ]),
    ),
  ],
};
