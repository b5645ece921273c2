export {
  BudgetError,
  CancelledError,
  type Change,
  CompressError,
  type CompressEvent,
  type Diagnostic,
  EXIT_CODES,
  type JsonValue,
  ModelError,
  nearestName,
  parseByteSize,
  parseNumber,
  type Skip,
  type Step,
  StepError,
  type StepResult,
  type TechniqueFamily,
  UsageError,
  VerificationError,
} from '@onnx-compress/core';
export { type AppliedStep, type ApplyOptions, applyStep } from './apply-step.js';
export type { Budgets } from './budgets.js';
export { npyFolder, randomSamples, sampleFiles } from './calibration.js';
export { type CompressResult, compress } from './compress.js';
export { type CompressFileOptions, type CompressFileResult, compressFile } from './compress-file.js';
export { CompressModel, type Origin } from './compress-model.js';
export { diffModels, type ModelDiff } from './diff/diff-models.js';
export type { NodeChange, NodeDifference, NodeEntry } from './diff/nodes.js';
export { renderDiff } from './diff/render-diff.js';
export type { WeightChange, WeightDifference, WeightEntry, WeightShape } from './diff/weights.js';
export { defaultOutput } from './files/paths.js';
export { type Inspection, inspectModel, type Port } from './inspect/inspect-model.js';
export { renderInspection } from './inspect/render-inspection.js';
export type { LayerSize, OperatorSize } from './inspect/sizes.js';
export type { Trial } from './inspect/trials.js';
export { type ListedOption, type ListedTechnique, listTechniques } from './list/list-techniques.js';
export { renderList } from './list/render-list.js';
export type { CompressOptions, Evaluate } from './options.js';
export type { CalibrationSource } from './pipeline/run-inputs.js';
export type { LookOptions } from './pipeline/with-engine.js';
export { readModel } from './read-model.js';
export { mergeSteps } from './recipe/order.js';
export { checkRecipe, readRecipe } from './recipe/read.js';
export { type Recipe, type RecipeDraft, recipeJsonSchema, type VerifyLevel } from './recipe/schema.js';
export { MissedBudgetError, reportOf, UnsoundResultError } from './rejection.js';
export { renderJson } from './render/json.js';
export { renderMarkdown } from './render/markdown.js';
export { renderTable, type TableOptions } from './render/table.js';
export type {
  BudgetRecord,
  Fidelity,
  FileRecord,
  InputRecord,
  ModelSize,
  OutputRecord,
  Report,
  ScoreRecord,
  StepRecord,
  VerificationRecord,
} from './report/report.js';
export { type ResolvedOptions, resolveOptions } from './resolve-options.js';
export { resolveSpec } from './specs.js';
export { cleanup, prune, quantize, type StepOptions } from './steps.js';
export { TARGETS, type Target } from './target/target.js';
export { renderVerification } from './verify/render-verification.js';
export { type VerifyOptions, type VerifyResult, verifyFiles } from './verify/verify-files.js';
