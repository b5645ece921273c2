import type { Report } from '../report/report.js';
import { formatBytesChange } from './quantities.js';

/** Growth of the file, by names and declarations, that does not count. */
const SAME_SIZE = 0.01;

/** What zeros are worth: `the file keeps its size, 34.4 -> 4.6 MB compressed with gzip; onnxruntime gains no time`. */
export function zerosText({ before, after }: Report): string | undefined {
  if (before.gzipBytes === undefined || after.gzipBytes === undefined) return undefined;
  const same = Math.abs(after.fileBytes / before.fileBytes - 1) < SAME_SIZE;
  const kept = same ? 'the file keeps its size' : 'they shorten no file';
  const compressed = `${formatBytesChange(before.gzipBytes, after.gzipBytes)} compressed with gzip`;
  return `${kept}, ${compressed}; onnxruntime gains no time`;
}
