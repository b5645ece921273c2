import { type CompressError, type Diagnostic, ModelError, StepError, UsageError } from '@onnx-compress/core';

const after = (previous: readonly string[]) => (previous.length === 0 ? '' : ` (after: ${previous.join(', ')})`);

const textOf = (cause: unknown) => (cause instanceof Error ? cause.message : String(cause));

const reasonOf = (cause: unknown) => textOf(cause).split('\n')[0] ?? '';

/** A path that leads nowhere. */
export function inputNotFound(path: string): ModelError {
  return new ModelError('MODEL_NOT_FOUND', `There is no file ${path}`, { hint: 'Check the path.' });
}

/** A folder where a model is expected. */
export function inputIsFolder(path: string): ModelError {
  return new ModelError('MODEL_IS_FOLDER', `${path} is a folder`, { hint: 'Name the .onnx file inside it.' });
}

/** A model that contradicts itself before anything was changed. */
export function unsoundInput(where: string, problems: readonly string[]): ModelError {
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  return new ModelError('MODEL_UNSOUND', `${where} is not a sound model: ${problems[0] ?? ''}${more}`, {
    hint: 'Export it again; what is broken here cannot be rewritten safely.',
  });
}

/** The output would replace the input. */
export function outputIsInput(path: string): UsageError {
  return new UsageError('OUTPUT_IS_INPUT', `The output ${path} is the input itself`, {
    hint: 'Name another file with -o, or give --force to replace the input.',
  });
}

/** The output would replace an external data file of the input. */
export function outputIsExternalData(path: string): UsageError {
  return new UsageError('OUTPUT_IS_EXTERNAL_DATA', `The output ${path} is a data file of the input`, {
    hint: 'Name another file with -o.',
  });
}

/** The output's folder does not exist. */
export function outputFolderMissing(folder: string): UsageError {
  return new UsageError('OUTPUT_FOLDER_MISSING', `There is no folder ${folder} to write to`, {
    hint: 'Create it first.',
  });
}

/** The output names a folder. */
export function outputIsFolder(path: string): UsageError {
  return new UsageError('OUTPUT_IS_FOLDER', `The output ${path} is a folder`, { hint: 'Name a file with -o.' });
}

/** The system refused to write. */
export function cannotWrite(path: string, cause: unknown): UsageError {
  return new UsageError('OUTPUT_NOT_WRITABLE', `Cannot write ${path}: ${reasonOf(cause)}`, {
    hint: 'Check permissions and free space of its folder.',
    cause,
  });
}

/** A limit on a figure that only verification measures. */
export function budgetNeedsVerification(name: string): UsageError {
  return new UsageError('BUDGET_NEEDS_VERIFICATION', `${name} needs the verification that is switched off`, {
    hint: 'Drop --verify off, or drop this limit.',
  });
}

/** A limit on a figure that only the caller's `evaluate` measures. */
export function budgetNeedsEvaluate(name: string): UsageError {
  return new UsageError('BUDGET_NEEDS_EVALUATE', `${name} needs a function 'evaluate'`, {
    hint: 'Pass evaluate, or drop this limit.',
  });
}

/** A technique that works from sample inputs, without any; `others` of its family need none. */
export function needsCalibration(step: string, others: readonly string[]): UsageError {
  const alternative = others.length === 0 ? '' : ` These need none: ${others.join(', ')}.`;
  return new UsageError('CALIBRATION_MISSING', `${step} needs sample inputs`, {
    hint: `Give a folder or files with --calib, or --calib random.${alternative}`,
  });
}

/** A preprocessing of pictures for a run without sample files. */
export function nothingToPreprocess(): UsageError {
  return new UsageError('PREPROCESS_WITHOUT_IMAGES', '--preprocess is given, but no pictures are', {
    hint: 'Give a folder or files of JPEG, PNG or WebP with --calib.',
  });
}

/** A step that is to repair layers from samples, without any. */
export function recoveryNeedsCalibration(step: string): UsageError {
  return new UsageError('RECOVERY_NEEDS_CALIBRATION', `${step} needs calibration samples`, {
    hint: 'Give a folder or files with --calib, or leave recover at auto.',
  });
}

/** Two quantization schemes for all nodes. */
export function secondGlobalQuantization(spec: string): UsageError {
  return new UsageError('QUANT_OVERRIDES_ALL', `quant ${spec} would override everything that stands before it`, {
    hint: 'Give the general spec first, and a glob with each later one: "int8-per-tensor@/head/**".',
  });
}

/** A recipe file that is no JSON or does not follow the schema. */
export function badRecipe(where: string, problem: string): UsageError {
  return new UsageError('RECIPE_INVALID', `${where} is not a recipe: ${problem}`, {
    hint: 'See recipe.schema.json of the package onnx-compress.',
  });
}

/** A recipe file that cannot be read. */
export function recipeNotFound(path: string): UsageError {
  return new UsageError('RECIPE_NOT_FOUND', `There is no recipe ${path}`, { hint: 'Check the path.' });
}

/** A step that threw; names the node and the steps before it. */
export function stepFailed(step: string, previous: readonly string[], cause: CompressError): StepError {
  const place = cause.node === undefined ? '' : ` on node ${cause.node}`;
  return new StepError('STEP_FAILED', `${step} failed${place}: ${reasonOf(cause)}${after(previous)}`, {
    hint: cause.hint ?? 'Leave the node out with skip=glob, or drop the step.',
    node: cause.node,
    tensor: cause.tensor,
    cause,
  });
}

/** A step that left a graph that contradicts itself. */
export function stepLeftUnsound(step: string, previous: readonly string[], problems: readonly string[]): StepError {
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  return new StepError('STEP_UNSOUND', `${step} left a broken graph: ${problems[0] ?? ''}${more}${after(previous)}`, {
    hint: 'This is a bug of the step; report it with the model, and leave the node out with skip=glob meanwhile.',
  });
}

/** Reason of a failed verification: exact steps that changed outputs. */
export function stepIsNotExact(titles: readonly string[], reason: string): string {
  return `${titles.join(', ')} must change nothing, but ${reason}`;
}

/** A result that is sound but unlike the original. */
export function lowFidelity(cosine: number | null): Diagnostic {
  const how = cosine === null ? '' : ` (cosine ${cosine.toFixed(4)})`;
  return {
    code: 'LOW_FIDELITY',
    message: `The result is unlike the original${how}: try a lower ratio, and compare on samples of your own with --calib.`,
  };
}

/** A run in which no step found anything to do. */
export function nothingToDo(titles: readonly string[]): Diagnostic {
  const steps = titles.length === 0 ? 'No step was asked for' : `Nothing to do for ${titles.join(', ')}`;
  return { code: 'NOTHING_TO_DO', message: `${steps}: the input is passed on unchanged.` };
}

/** A result that is larger than the input. */
export function grew(before: number, after: number): Diagnostic {
  return { code: 'GREW', message: `The result is larger than the input: ${after} instead of ${before} bytes.` };
}

/** The result is unsound. */
export function verificationFailed(reasons: readonly string[], kept: string | undefined): RejectionText {
  const more = reasons.length > 1 ? ` (and ${reasons.length - 1} more)` : '';
  return {
    code: 'VERIFICATION_FAILED',
    message: `The result is not sound: ${reasons[0] ?? 'no reason given'}${more}`,
    hint: kept === undefined ? 'Nothing was written; --keep-failed keeps such a result.' : `It is kept as ${kept}.`,
  };
}

/** The result misses limits. */
export function budgetsMissed(missed: readonly string[], kept: string | undefined): RejectionText {
  return {
    code: 'BUDGET_MISSED',
    message: `The result misses ${missed.length === 1 ? 'a limit' : 'limits'}: ${missed.join('; ')}`,
    hint: kept === undefined ? 'Nothing was written; --keep-failed keeps such a result.' : `It is kept as ${kept}.`,
  };
}

/** Text of a rejection. */
export interface RejectionText {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** The caller's evaluation returned something that is no number. */
export function evaluateFailed(score: unknown): UsageError {
  return new UsageError('EVALUATE_RESULT', `evaluate returned ${String(score)} instead of a finite number`, {
    hint: 'Return an accuracy or another figure of which more is better.',
  });
}
