// npm run bench:memory [-- model]: peak memory and CPU time on the 340 MB model, with all processes that are started,
// alternated, medians of nine rounds.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { treeUsage } from './bench/process-tree.mjs';
import { median } from './bench/processes.mjs';
import { judge, megabytes, times } from './bench/verdicts.mjs';
import { buildLargeModel, LARGE_MODEL } from './build-large-model.mjs';
import { root } from './workspaces.mjs';

const ROUNDS = 9;
const model = process.argv[2] ?? LARGE_MODEL;
if (!existsSync(model)) buildLargeModel(model);

const folder = mkdtempSync(join(tmpdir(), 'onnx-compress-bench-'));
const output = join(folder, 'out.onnx');
const script = (name) => join(root, 'scripts', name);
const commandLine = [join(root, 'packages/cli/bin/compress.js'), model, '-o', output, '--quant', 'int8-per-channel'];
const PROGRAMS = {
  'read and write unchanged': [script('read-write.mjs'), model, output],
  'compress --quant int8-per-channel --verify off': [...commandLine, '--verify', 'off'],
  'bare loop: read, hash, round, write': [script('bare-loop.mjs'), model, output],
};

const measured = Object.keys(PROGRAMS).map((name) => ({ name, rounds: [] }));
for (let round = 0; round < ROUNDS; round++) {
  for (const { name, rounds } of measured) {
    rounds.push(await treeUsage(PROGRAMS[name]));
    rmSync(output, { force: true });
  }
}
rmSync(folder, { recursive: true });

console.log(`${''.padEnd(48)} peak memory   CPU time   (medians of ${ROUNDS} alternated rounds)`);
const [unchanged, quantized, bare] = measured.map(({ name, rounds }) => {
  const peakBytes = median(rounds.map((usage) => usage.peakBytes));
  const cpuSeconds = median(rounds.map((usage) => usage.cpuSeconds));
  console.log(`${name.padEnd(48)} ${megabytes(peakBytes).padStart(11)}   ${cpuSeconds.toFixed(2).padStart(6)} s`);
  return { peakBytes, cpuSeconds, rounds };
});
/** Round by round, since the speed of a shared machine drifts. */
const ratio = median(quantized.rounds.map((usage, round) => usage.cpuSeconds / bare.rounds[round].cpuSeconds));
console.log();
judge('read and write unchanged: peak memory', unchanged.peakBytes, 150e6, megabytes);
judge('int8 without verification: peak memory', quantized.peakBytes, 250e6, megabytes);
judge('int8 without verification: CPU time of the bare loop', ratio, 1.7, times);
