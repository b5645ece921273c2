// Measures a Node program from outside, with every process that it starts. Linux only: it reads /proc.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

const INTERVAL_MS = 10;
const TICKS_PER_SECOND = 100;

/** CPU seconds of all processes that this one has waited for, and of those that they waited for. */
function cpuSecondsOfChildren() {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ');
  return (Number(fields[13]) + Number(fields[14])) / TICKS_PER_SECOND;
}

/** Lines of a file of /proc; none where the process is gone. */
function linesOf(path) {
  try {
    return readFileSync(path, 'utf8').trim().split('\n');
  } catch {
    return [];
  }
}

/** Processes that any thread of this one has started. */
function childrenOf(process) {
  try {
    const threads = readdirSync(`/proc/${process}/task`);
    return threads
      .flatMap((thread) => linesOf(`/proc/${process}/task/${thread}/children`))
      .flatMap((text) => text.match(/\d+/g) ?? []);
  } catch {
    return [];
  }
}

function residentBytes(process) {
  const line = linesOf(`/proc/${process}/status`).find((text) => text.startsWith('VmRSS:'));
  const children = childrenOf(process);
  return Number(line?.match(/\d+/)?.[0] ?? 0) * 1024 + children.reduce((sum, child) => sum + residentBytes(child), 0);
}

/**
 * Peak of the resident bytes of `node ...args` and all its processes together, looked at every 10 ms, and their CPU
 * seconds.
 */
export async function treeUsage(args) {
  const before = cpuSecondsOfChildren();
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let [errors, peakBytes, ended] = ['', 0, false];
  child.stderr.setEncoding('utf8').on('data', (text) => {
    errors += text;
  });
  const end = once(child, 'close').finally(() => {
    ended = true;
  });
  while (!ended) {
    peakBytes = Math.max(peakBytes, residentBytes(child.pid));
    await Promise.race([setTimeout(INTERVAL_MS), end]);
  }
  const [status] = await end;
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}\n${errors}`);
  return { peakBytes, cpuSeconds: cpuSecondsOfChildren() - before };
}

/** The same with the seconds from start to end. */
export async function timedUsage(args) {
  const started = performance.now();
  const usage = await treeUsage(args);
  return { ...usage, seconds: (performance.now() - started) / 1000 };
}
