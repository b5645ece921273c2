// npm run bench:startup: start of the command against `node -e 0`, alternated rounds, medians.
import { join } from 'node:path';
import { elapsedSeconds, median } from './bench/processes.mjs';
import { judge, times } from './bench/verdicts.mjs';
import { root } from './workspaces.mjs';

const ROUNDS = 15;
const bin = join(root, 'packages/cli/bin/compress.js');
const PROGRAMS = {
  'node -e 0': ['-e', '0'],
  'compress --help': [bin, '--help'],
  'compress --version': [bin, '--version'],
};

const seconds = Object.fromEntries(Object.keys(PROGRAMS).map((name) => [name, []]));
for (let round = 0; round <= ROUNDS; round++) {
  for (const [name, args] of Object.entries(PROGRAMS)) {
    const elapsed = elapsedSeconds(args);
    if (round > 0) seconds[name].push(elapsed); // the first round warms the file cache
  }
}

for (const [name, values] of Object.entries(seconds)) {
  console.log(`${name.padEnd(20)} ${(median(values) * 1000).toFixed(0).padStart(5)} ms   (median of ${ROUNDS})`);
}
for (const name of ['compress --help', 'compress --version']) {
  judge(`${name} over node -e 0`, median(seconds[name]) / median(seconds['node -e 0']), 4, times);
}
