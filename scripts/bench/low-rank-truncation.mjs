// Section of the low-rank table: time, error and memory of truncating matrices.
import { table } from '../docs/markdown.mjs';
import { megabytes, times } from './verdicts.mjs';

const JUDGED = { rows: 768, columns: 3072, rank: 256, rounds: 5 };
const SIZES = [
  JUDGED,
  ...[512, 1024, 2048, 4096].map((size) => ({
    rows: size,
    columns: size,
    rank: size / 8,
    rounds: size > 1024 ? 1 : 3,
  })),
];

const nameOf = ({ rows, columns, rank }) => `${rows} x ${columns}, rank ${rank}`;
const seconds = (value) => `${value.toFixed(2)} s`;

const caseOf = (size) => ({
  model: nameOf(size),
  keys: [{ variant: 'engine', draw: 0 }],
  async run() {
    const { measureTruncation } = await import('./low-rank-engine.mjs');
    const measured = await measureTruncation(size.rows, size.columns, size.rank, { rounds: size.rounds });
    const { error: overLeast, ...figures } = measured;
    return { ...figures, overLeast };
  },
});

function verdictsOf({ model, seconds: time, overLeast, memory }) {
  const verdict = (words, measured, limit, format) => ({
    ...{ model, words, limit: `at most ${format(limit)}`, draws: 1 },
    ...(measured === undefined ? { measured: 'not measured' } : { measured: format(measured), met: measured <= limit }),
  });
  return [
    verdict('time', time, 1, seconds),
    verdict('error over the least possible', overLeast, 1.01, (value) => `${value.toFixed(4)}x`),
    verdict('memory over the matrix', memory, 6, times),
  ];
}

const cells = ({ model, seconds: time, spectrumSeconds, overLeast, memory, peakBytes }) => [
  ...[model, seconds(time), seconds(spectrumSeconds), overLeast === undefined ? '' : `${overLeast.toFixed(4)}x`],
  ...[times(memory), megabytes(peakBytes)],
];

export const TRUNCATION = {
  name: 'engine',
  title: 'Truncation of a matrix',
  cases: SIZES.map(caseOf),
  told: ({ seconds: time, overLeast, memory }) =>
    `${seconds(time)}, error ${overLeast?.toFixed(4) ?? '?'}x, memory ${times(memory)}`,
  verdicts: (rows) => rows.filter(({ model }) => model === nameOf(JUDGED)).flatMap(verdictsOf),
  blocks: (rows) => [table(['matrix', 'time', 'spectrum of half', 'error', 'memory', 'peak'], rows.map(cells))],
};
