// npm run bench:check: `compress check` on unchanged models against `node -e 0`, alternated rounds, medians.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { elapsedSeconds, median } from './bench/processes.mjs';
import { judge } from './bench/verdicts.mjs';
import { encode, model, node, randomTensor, TYPES, value } from './fixtures/parts.mjs';
import { root } from './workspaces.mjs';

const ROUNDS = 15;
const MODELS = 3;
const WIDTH = 1600; // a square float32 matrix of this width has 10 MB

const bin = join(root, 'packages/cli/bin/compress.js');
const folder = mkdtempSync(join(tmpdir(), 'onnx-compress-check-'));

function writeModel(name, seed) {
  const graph = {
    node: [node('MatMul', 'multiply', ['x', 'weight'], ['y'])],
    name: 'one_layer',
    initializer: [randomTensor('weight', [WIDTH, WIDTH], seed)],
    input: [value('x', TYPES.float32, ['rows', WIDTH])],
    output: [value('y', TYPES.float32, ['rows', WIDTH])],
  };
  writeFileSync(join(folder, name), encode(model(graph)));
}

/** Both programs one after the other, so that a busy machine is busy for both. */
function measure() {
  const seconds = { node: [], check: [] };
  for (let round = 0; round <= ROUNDS; round++) {
    const pair = [elapsedSeconds(['-e', '0']), elapsedSeconds([bin, 'check', '--config', config])];
    if (round === 0) continue; // warms the file cache
    seconds.node.push(pair[0]);
    seconds.check.push(pair[1]);
  }
  return seconds;
}

const names = Array.from({ length: MODELS }, (_, index) => `model${index}.onnx`);
const config = join(folder, 'compress.config.json');
try {
  for (const [index, name] of names.entries()) writeModel(name, index + 1);
  const models = names.map((input) => ({ input, quant: 'int8-per-channel', recipe: { verify: 'fast' } }));
  writeFileSync(config, JSON.stringify({ models }));
  const first = elapsedSeconds([bin, 'check', '--config', config, '--update-baseline']);
  const { node: bare, check } = measure();
  const milliseconds = (seconds) => `${(seconds * 1000).toFixed(0)} ms`;
  console.log(`first check, which builds ${MODELS} models of 10 MB   ${milliseconds(first)}`);
  console.log(`node -e 0   ${milliseconds(median(bare))}   (median of ${ROUNDS})`);
  const over = check.map((seconds, round) => seconds - bare[round]);
  console.log(`check over node -e 0, in pairs   ${milliseconds(median(over))}`);
  judge('compress check, nothing changed', median(check), 0.5, milliseconds);
} finally {
  rmSync(folder, { recursive: true });
}
