// npm run bench:zoo: every real model of ONNX_COMPRESS_ZOO through the command line, and what came out.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './workspaces.mjs';

const zoo = process.env.ONNX_COMPRESS_ZOO;
if (!zoo) throw new Error('set ONNX_COMPRESS_ZOO to the folder of real models');

const VARIANTS = {
  int8: ['--quant', 'int8-per-channel'],
  pruned: ['--prune', 'l1:0.3'],
  'pruned, int8': ['--prune', 'l1:0.3', '--quant', 'int8-per-channel'],
};

/** Inputs that random values cannot serve. */
const EXTRA = { 'silero-vad': ['--input', 'sr=16000'] };

const folder = join(zoo, 'models');
const models = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.onnx'))
  .sort();
const output = mkdtempSync(join(tmpdir(), 'onnx-compress-zoo-'));

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

const oneLine = (text) => text.trim().split('\n').at(0)?.slice(0, 110) ?? '';

/** Runs one variant on one model. */
function compress(model, options) {
  const extra = Object.entries(EXTRA).flatMap(([part, values]) => (model.includes(part) ? values : []));
  const bin = join(root, 'packages/cli/bin/compress.js');
  const command = [bin, join(folder, model), '-o', join(output, 'out.onnx'), '--json', '-q', ...options, ...extra];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { encoding: 'utf8', timeout: 300_000 });
  const report = parsed(stdout);
  const stackTrace = /\n\s+at /.test(stderr) ? 'STACK TRACE: ' : '';
  const reason = stackTrace + oneLine(report.error?.message ?? report.warnings?.[0]?.message ?? stderr);
  const ratio = report.output ? report.output.fileBytes / report.input.fileBytes : undefined;
  const verified = status === 0 && report.verification?.status === 'ok';
  return { status, ratio, fidelity: report.verification?.fidelity ?? '', verified, reason };
}

const percent = (ratio) => (ratio === undefined ? '-' : `${(ratio * 100).toFixed(1)} %`);

console.log(`${'model'.padEnd(52)} ${'variant'.padEnd(13)} exit   ratio  fidelity  verified  remark`);
const counts = Object.fromEntries(Object.keys(VARIANTS).map((name) => [name, 0]));
for (const model of models) {
  for (const [variant, options] of Object.entries(VARIANTS)) {
    const { status, ratio, fidelity, verified, reason } = compress(model, options);
    if (verified) counts[variant]++;
    const figures = [String(status).padStart(4), percent(ratio).padStart(7), fidelity.padEnd(8)].join(' ');
    console.log(`${model.padEnd(52)} ${variant.padEnd(13)} ${figures}  ${verified ? 'yes' : 'NO '}       ${reason}`);
  }
}
rmSync(output, { recursive: true });
for (const [variant, count] of Object.entries(counts)) {
  console.log(`${variant}: ${count} of ${models.length} written and verified`);
}
