import { readFileSync } from 'node:fs';
import type { HostUsage } from './timing-contract.js';

const KIBIBYTE = 1024;
const NANOSECONDS_PER_MS = 1e6;

/** Reads what Linux tells of this process, its main thread and the machine; elsewhere only the memory. */
export function readUsage(): HostUsage {
  return {
    processId: process.pid,
    residentBytes: process.memoryUsage.rss(),
    peakBytes: peakBytes(textOf('/proc/self/status')) ?? process.resourceUsage().maxRSS * KIBIBYTE,
    wallMs: performance.now(),
    waitMs: waitMs(textOf('/proc/self/schedstat')),
    ...machineTicks(textOf('/proc/stat')),
  };
}

/** Highest resident size in the text of `/proc/self/status`; unlike `maxRSS` it leaves out what a parent had used. */
export function peakBytes(status: string): number | undefined {
  const [, kibibytes] = /^VmHWM:\s*(\d+) kB$/m.exec(status) ?? [];
  return kibibytes === undefined ? undefined : Number(kibibytes) * KIBIBYTE;
}

/** Run-queue wait in the text of `/proc/self/schedstat`, which tells of the main thread: run time, wait, slices. */
export function waitMs(schedstat: string): number | null {
  const [, wait] = /^\d+ (\d+) \d+/.exec(schedstat) ?? [];
  return wait === undefined ? null : Number(wait) / NANOSECONDS_PER_MS;
}

/** The first line of `/proc/stat`: user, nice, system, idle, iowait, irq, softirq, steal, then parts of user time. */
export function machineTicks(stat: string): Pick<HostUsage, 'stolenTicks' | 'totalTicks'> {
  const [, columns] = /^cpu +([\d ]+)$/m.exec(stat) ?? [];
  const ticks = columns?.split(' ').slice(0, 8).map(Number) ?? [];
  const [stolen] = ticks.slice(7);
  if (stolen === undefined) return { stolenTicks: null, totalTicks: null };
  return { stolenTicks: stolen, totalTicks: ticks.reduce((sum, count) => sum + count, 0) };
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
