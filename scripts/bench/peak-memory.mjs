// Peak memory of a Node program together with the processes that it starts, also those that are killed; Linux only.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const INTERVAL_MS = 10;

const readOrNothing = (path) => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};

/** The process and all below it. */
function descendants(pid) {
  let tasks = [];
  try {
    tasks = readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
  const children = tasks.flatMap((task) =>
    readOrNothing(`/proc/${pid}/task/${task}/children`).split(' ').filter(Boolean),
  );
  return [pid, ...children.flatMap(descendants)];
}

/** The kernel keeps the peak of each process, so that the last look before its end is all that is needed. */
function notePeaks(pid, peaks) {
  for (const id of descendants(pid)) {
    const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(readOrNothing(`/proc/${id}/status`)) ?? [];
    if (kilobytes !== undefined) peaks.set(id, Number(kilobytes) * 1024);
  }
}

/** Sum of the peak resident bytes of `node ...args` and of each process that it starts. */
export async function peakBytesOfTree(args) {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const peaks = new Map();
  const timer = setInterval(() => notePeaks(child.pid, peaks), INTERVAL_MS);
  let complaint = '';
  child.stderr.on('data', (text) => {
    complaint += text;
  });
  const status = await new Promise((resolve) => child.on('close', resolve));
  clearInterval(timer);
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}\n${complaint}`);
  return [...peaks.values()].reduce((sum, bytes) => sum + bytes, 0);
}
