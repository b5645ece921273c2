// Bars for quantized models, and whether the measured figures meet them.
import { median } from './processes.mjs';

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const most = (values) => Math.max(...values);
const least = (values) => Math.min(...values);

const part = (value) => value.toFixed(3);
const decibels = (value) => `${value.toFixed(1)} dB`;
const percent = (value) => `${(100 * value).toFixed(1)} %`;
const points = (value) => `${value.toFixed(2)} points`;
const megabytes = (value) => `${(value / 1e6).toFixed(0)} MB`;

/** What of a row is looked at; `worst` is the end of the range that is bad. */
export const FIGURES = {
  snr: { words: 'SNR of the output', of: ({ snrDb }) => snrDb, worst: least, format: decibels },
  scores: {
    words: 'SNR of the scores before Softmax',
    of: ({ scoresSnrDb }) => scoresSnrDb,
    worst: least,
    format: decibels,
  },
  drop: {
    words: 'drop',
    of: ({ n, correctBefore, correctAfter }) =>
      n === undefined ? undefined : (100 * (correctBefore - correctAfter)) / n,
    worst: most,
    format: points,
  },
  agreement: {
    words: 'same answer',
    of: ({ agree, n }) => (agree === undefined ? undefined : agree / n),
    worst: least,
    format: percent,
  },
  exact: { words: 'exact lines', of: ({ correctAfter }) => correctAfter, worst: least, format: String },
  size: { words: 'size', of: ({ size }) => size, worst: most, format: part },
  latency: { words: 'latency', of: ({ ratio }) => ratio, worst: most, format: part },
  cpu: { words: 'CPU time of the bare loop', of: ({ cpuRatio }) => cpuRatio, worst: most, format: part },
  memory: { words: 'peak memory', of: ({ peakBytes }) => peakBytes, worst: most, format: megabytes },
  growth: { words: 'peak on 500 images of that on 50', of: ({ growth }) => growth, worst: most, format: part },
  running: {
    words: 'time of two runs of the images',
    of: ({ runningRatio }) => runningRatio,
    worst: most,
    format: part,
  },
};

const OVER = { worst: undefined, median, mean };

const bar = (kind, figure, over, limit) => ({ kind, figure, over, limit });
const must = (...rest) => bar('must', ...rest);
const stretch = (...rest) => bar('stretch', ...rest);

const SMALL_NETS = [must('drop', 'worst', 0.2), must('latency', 'median', 0.5)];
const FACES = [must('snr', 'worst', 44), must('size', 'worst', 0.33), must('latency', 'median', 0.75)];

/** Bars by model. The limit is the most where the worst value is the largest, else the least. */
const BARS = {
  squeezenet1_1: [
    ...[must('snr', 'median', 25), must('snr', 'worst', 23.5), must('drop', 'mean', 0.5)],
    ...[must('size', 'worst', 0.272), must('latency', 'median', 0.45)],
    ...[stretch('snr', 'median', 27), stretch('snr', 'worst', 26), stretch('latency', 'median', 0.4)],
  ],
  'ppocr-rec': [
    ...[must('exact', 'worst', 98), must('latency', 'median', 0.5), must('size', 'worst', 0.33)],
    ...[stretch('exact', 'worst', 99), stretch('latency', 'median', 0.42), stretch('size', 'worst', 0.3)],
  ],
  ...Object.fromEntries(
    ['fashion_cnn', 'fashion_cnn_bn', 'cifar10_vggbn', 'cifar10_vggbn_bn'].map((name) => [name, SMALL_NETS]),
  ),
  magika: [must('agreement', 'worst', 1), must('latency', 'median', 1), must('size', 'worst', 0.27)],
  'silero-vad v6': [must('size', 'worst', 0.35), must('snr', 'worst', 30)],
  ultraface: FACES,
  'ultraface, noise': FACES,
  mobilenetv2: [must('agreement', 'worst', 0.97), must('latency', 'median', 0.5)],
  '85 M parameters': [must('cpu', 'median', 1.7), must('memory', 'median', 250e6)],
  'calibration, 500 images': [
    must('memory', 'worst', 350e6),
    must('growth', 'worst', 1.1),
    must('running', 'worst', 2),
  ],
};

function judged({ kind, figure, over, limit }, rows) {
  const { words, of, worst, format } = FIGURES[figure];
  const values = rows.map(of).filter((value) => value !== undefined);
  if (values.length === 0) return [];
  const value = (OVER[over] ?? worst)(values);
  const isMost = worst === most;
  return [
    {
      ...{ kind, words: `${words}, ${over}`, limit: `${isMost ? 'at most' : 'at least'} ${format(limit)}` },
      ...{ measured: format(value), value, draws: values.length, met: isMost ? value <= limit : value >= limit },
    },
  ];
}

/** Not worse than before: the comparator decides, and the size. */
function notWorse(rows) {
  const row = rows.find(({ verdict }) => verdict !== undefined);
  if (row === undefined) return [];
  const left = Object.keys(row.forms).length === 0 ? 'all layers left in float: ' : '';
  const met = row.verdict !== 'worse' && row.size <= 1;
  const measured = `${left}${row.verdict} (${row.speedup.toFixed(2)}x), size ${part(row.size)}`;
  return [{ kind: 'must', words: 'not worse', limit: 'not slower beyond 2 %, not larger', measured, draws: 1, met }];
}

/** The bars of one model and spec with what was measured. */
export function verdictsOf(model, rows) {
  return [...(BARS[model] ?? []).flatMap((one) => judged(one, rows)), ...notWorse(rows)];
}
