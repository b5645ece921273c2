// Loaded with --import: appends the CPU time and peak memory of a process to the file named in USAGE_FILE at its end.
import { appendFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

if (isMainThread) {
  process.on('exit', () => {
    const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
    appendFileSync(process.env.USAGE_FILE, `${maxRSS * 1024} ${(userCPUTime + systemCPUTime) / 1e6}\n`);
  });
}
