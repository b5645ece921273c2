// Runs Node programs and measures them from outside.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const PROBE = pathToFileURL(fileURLToPath(new URL('usage-probe.mjs', import.meta.url))).href;

export const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

function run(args, environment = {}) {
  const env = { ...process.env, ...environment };
  const { status, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}\n${stderr}`);
}

/** Seconds from start to end of `node ...args`. */
export function elapsedSeconds(args) {
  const start = process.hrtime.bigint();
  run(args);
  return Number(process.hrtime.bigint() - start) / 1e9;
}

/** Peak resident bytes and CPU seconds of `node ...args`, processes that it starts included. */
export function resourceUsage(args) {
  const folder = mkdtempSync(join(tmpdir(), 'onnx-compress-usage-'));
  const file = join(folder, 'usage');
  try {
    run(['--import', PROBE, ...args], { USAGE_FILE: file });
    const rows = readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(' ').map(Number));
    return {
      peakBytes: Math.max(...rows.map(([bytes]) => bytes)),
      cpuSeconds: rows.reduce((sum, [, seconds]) => sum + seconds, 0),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
