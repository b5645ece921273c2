// Section of the low-rank table: whole commands on the 85 M-parameter model.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildLargeModel, LARGE_MODEL } from '../build-large-model.mjs';
import { code, table } from '../docs/markdown.mjs';
import { root } from '../workspaces.mjs';
import { timedUsage } from './process-tree.mjs';
import { megabytes } from './verdicts.mjs';

const MODEL = '85 M parameters';
/** Seconds that a command may take. */
const SECONDS = { 'svd:rank=256': 60, 'svd:keep-params=0.5': 240 };
const PEAK_BYTES = 1e9;

async function run(_, { variant }, folder) {
  if (!existsSync(LARGE_MODEL)) buildLargeModel(LARGE_MODEL);
  const output = join(folder, 'large.onnx');
  const program = join(root, 'packages/cli/bin/compress.js');
  return timedUsage([program, LARGE_MODEL, '-o', output, '--low-rank', variant, '--threads', '2', '-q']);
}

const time = (value) => `${value.toFixed(1)} s`;

const verdictsOf = ({ variant, seconds, peakBytes }) => [
  {
    ...{ model: MODEL, words: `${code(variant)}, whole command`, limit: `at most ${time(SECONDS[variant])}`, draws: 1 },
    ...{ measured: time(seconds), met: seconds <= SECONDS[variant] },
  },
  {
    ...{ model: MODEL, words: `${code(variant)}, peak memory`, limit: `at most ${megabytes(PEAK_BYTES)}`, draws: 1 },
    ...{ measured: megabytes(peakBytes), met: peakBytes <= PEAK_BYTES },
  },
];

export const PROCESSES = {
  name: 'large',
  isLong: true,
  title: 'A large model',
  cases: [{ model: MODEL, keys: Object.keys(SECONDS).map((variant) => ({ variant, draw: 0 })), run }],
  told: ({ seconds, cpuSeconds, peakBytes }) =>
    `${time(seconds)}, CPU ${time(cpuSeconds)}, peak ${megabytes(peakBytes)}`,
  verdicts: (rows) => rows.flatMap(verdictsOf),
  blocks: (rows) => [
    table(
      ['spec', 'whole command', 'CPU time', 'peak memory'],
      rows.map(({ variant, seconds, cpuSeconds, peakBytes }) => [
        ...[code(variant), time(seconds), time(cpuSeconds), megabytes(peakBytes)],
      ]),
    ),
  ],
};
