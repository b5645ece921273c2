import { dirname, resolve } from 'node:path';
import type { CompressFileOptions } from '../compress-file.js';
import { cacheFolder } from '../freshness/store.js';
import type { Report } from '../report/report.js';
import { resolveOptions } from '../resolve-options.js';
import { cachedBuild, type FinishedBuild, samplePaths } from './cached-build.js';
import { cacheNeedsFiles } from './messages.js';

/**
 * A run from file to file, left out where nothing it depends on has changed.
 *
 * @throws UsageError for options that have no content to compare
 */
export async function cachedFile(
  input: string,
  output: string,
  options: CompressFileOptions,
  build: () => Promise<Report>,
): Promise<FinishedBuild> {
  const { cache: _cache, onEvent, force: _force, keepFailed: _keepFailed, dryRun: _dryRun, ...common } = options;
  const { evaluate, threads = null, figures = false } = common;
  if (evaluate !== undefined) throw cacheNeedsFiles('a function evaluate');
  const { recipe, calibration, latency = null } = await resolveOptions(common);
  if (!Array.isArray(calibration)) throw cacheNeedsFiles('a sample source');
  return cachedBuild(
    {
      input: resolve(input),
      output: resolve(output),
      settings: { recipe, threads, figures, latency },
      samples: samplePaths(recipe),
      build,
    },
    {
      folder: cacheFolder(dirname(resolve(output))),
      renew: false,
      warn: (diagnostic) => onEvent?.({ type: 'diagnostic', diagnostic }),
    },
  );
}
