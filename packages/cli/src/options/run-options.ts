import {
  type Budgets,
  mergeSteps,
  planStep,
  RECOVER,
  type RecipeDraft,
  readPlan,
  readRecipe,
  resolveSpec,
  type Step,
  TARGETS,
  type TechniqueFamily,
} from 'onnx-compress';
import { locate } from '../locate.js';
import type { Io } from '../run.js';
import type { ParsedArguments } from './arguments.js';
import { dimSizes, inputValues } from './assignments.js';
import { runBudgets } from './budgets.js';

const FLAG_FAMILIES: readonly TechniqueFamily[] = ['prune', 'low-rank', 'quant'];

const defined = <Value extends object>(values: Value): Value =>
  Object.assign({}, ...Object.entries(values).map(([key, value]) => (value === undefined ? {} : { [key]: value })));

/** Sample files of `--calib`, by path; the word random stays what it is. */
export function calibrationOf(args: ParsedArguments, io: Io): readonly string[] {
  return args.all('calib').map((path) => (path === 'random' ? path : locate(io, path)));
}

function flagSettings(args: ParsedArguments): RecipeDraft {
  return defined({
    cleanup: args.choice('cleanup', ['on', 'off']),
    recover: args.choice('recover', RECOVER),
    target: args.choice('target', TARGETS),
    seed: args.number('seed', { least: 0, whole: true }),
    verify: args.choice('verify', ['off', 'fast', 'full']),
    preprocess: args.one('preprocess'),
  });
}

/** The step of `--plan-from`. */
async function plannedSteps(args: ParsedArguments, io: Io): Promise<readonly Step[]> {
  const file = args.one('plan-from');
  if (file === undefined) return [];
  return [planStep(await readPlan(locate(io, file)), { anyModel: args.has('force') })];
}

/**
 * The recipe of a command line: that of `--recipe`, with every flag that was given in its place.
 *
 * @throws UsageError
 */
export async function recipeOf(args: ParsedArguments, io: Io): Promise<RecipeDraft> {
  const file = args.one('recipe');
  const recipe = file === undefined ? {} : await readRecipe(locate(io, file));
  const planned = await plannedSteps(args, io);
  const flags = new Map(
    FLAG_FAMILIES.map((family) => [
      family,
      [...(family === 'prune' ? planned : []), ...args.all(family).map((spec) => resolveSpec(family, spec))],
    ]),
  );
  const calibration = calibrationOf(args, io);
  const budgets: Budgets = { ...recipe.budgets, ...defined(runBudgets(args)) };
  return {
    ...recipe,
    ...flagSettings(args),
    steps: mergeSteps(recipe.steps ?? [], flags),
    calibration: calibration.length > 0 ? calibration : (recipe.calibration ?? []),
    inputs: { ...recipe.inputs, ...inputValues(args, io) },
    dims: { ...recipe.dims, ...dimSizes(args) },
    budgets,
  };
}
