import { basename, dirname, join } from 'node:path';
import { gzipBytes } from '../files/gzip-bytes.js';
import type { FinishedStep } from '../pipeline/run-steps.js';
import type { Source } from '../pipeline/source.js';
import type { Transformed } from '../pipeline/transform.js';
import type { ModelSize } from './report.js';

type GzipSize = Pick<ModelSize, 'gzipBytes'>;

/** True for steps that set weights to zero, which only a compressed file shows. */
const leavesZeros = ({ result: { changed, metrics } }: FinishedStep) =>
  changed.length > 0 && typeof metrics.zeros === 'number';

/** What original and result weigh compressed; nothing where no step set weights to zero. */
export async function gzipSizes(
  { location, record }: Source,
  { finished, staged }: Transformed,
  signal: AbortSignal,
): Promise<{ readonly before: GzipSize; readonly after: GzipSize }> {
  if (!finished.some(leavesZeros)) return { before: {}, after: {} };
  const external = (record.external ?? []).map(({ path }) => path);
  const stagedData = staged.written.external.map(({ path }) => join(dirname(staged.path), basename(path)));
  return {
    before: { gzipBytes: await gzipBytes(location, external, signal) },
    after: { gzipBytes: await gzipBytes({ path: staged.path }, stagedData, signal) },
  };
}
