import { runtimeEnvironment } from '@onnx-compress/runtime';
import type { CompressOptions } from './options.js';
import type { LatencyOptions } from './pipeline/latency.js';
import { type CalibrationSource, calibrationPaths } from './pipeline/run-inputs.js';
import { checkRecipe } from './recipe/read.js';
import { resolveRecipe } from './recipe/resolve.js';
import type { Recipe } from './recipe/schema.js';
import { targetOf } from './target/target.js';

/** Options as a run takes them: the resolved recipe, and what no recipe can hold. */
export interface ResolvedOptions {
  readonly recipe: Recipe;
  readonly calibration: CalibrationSource;
  /** How to time the result against the original: `brief` for quantized ones alone; undefined where nothing is timed. */
  readonly latency: LatencyOptions | 'brief' | undefined;
}

/**
 * Checks options and fills in what they leave out.
 *
 * @throws UsageError naming the first one that cannot be meant
 */
export async function resolveOptions(options: CompressOptions): Promise<ResolvedOptions> {
  const { calibration = [], evaluate, figures, measure, threads, signal, onEvent, ...draft } = options;
  const given = Object.fromEntries(Object.entries(draft).filter(([, value]) => value !== undefined));
  const checked = checkRecipe({ ...given, calibration: calibrationPaths(calibration) }, 'options');
  const recipe = resolveRecipe(checked, targetOf(await runtimeEnvironment()));
  return { recipe, calibration, latency: latencyOf(recipe, measure, threads) };
}

function latencyOf(
  { budgets }: Recipe,
  measure: CompressOptions['measure'],
  threads: number | undefined,
): ResolvedOptions['latency'] {
  if (measure === undefined && budgets.minSpeedup === undefined) return 'brief';
  if (measure === false && budgets.minSpeedup === undefined) return undefined;
  return { threads, ...(typeof measure === 'object' ? measure : {}) };
}
