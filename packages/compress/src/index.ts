export {
  BudgetError,
  CancelledError,
  type Change,
  CompressError,
  type CompressEvent,
  type Diagnostic,
  EXIT_CODES,
  type JsonValue,
  type LayerRepair,
  ModelError,
  nearestName,
  parseByteSize,
  parseNumber,
  type Removal,
  type Skip,
  type Step,
  StepError,
  type StepResult,
  TARGETS,
  type Target,
  type TechniqueFamily,
  UsageError,
  VerificationError,
} from '@onnx-compress/core';
export { RECOVER, type Recover } from '@onnx-compress/pruning';
export type { ImagePreview, Preprocessing, PreprocessOptions } from '@onnx-compress/runtime';
export { type AppliedStep, type ApplyOptions, applyStep } from './apply-step.js';
export type { Budgets } from './budgets.js';
export { npyFolder, randomSamples, sampleFiles } from './calibration.js';
export { type CheckOptions, type CheckResult, checkModels } from './check/check-models.js';
export type { BaselineRecord, CheckFailure, CheckReport, ModelCheck } from './check/check-report.js';
export { configJsonSchema } from './check/config-schema.js';
export { renderCheck, renderCheckMarkdown } from './check/render-check.js';
export { type CompressResult, compress } from './compress.js';
export { type CompressFileOptions, type CompressFileResult, compressFile } from './compress-file.js';
export { CompressModel, type Origin } from './compress-model.js';
export { diffModels, type ModelDiff } from './diff/diff-models.js';
export type { NodeChange, NodeDifference, NodeEntry, NodeRename } from './diff/nodes.js';
export type { PortDifference, PropertyChange } from './diff/properties.js';
export { type DiffText, renderDiff } from './diff/render-diff.js';
export type { WeightChange, WeightDifference, WeightEntry, WeightRename, WeightShape } from './diff/weights.js';
export { defaultOutput } from './files/paths.js';
export { type HtmlOptions, renderHtml } from './html/render-html.js';
export { renderMeasureHtml } from './html/render-measure-html.js';
export type { ModelCounts } from './inspect/counts.js';
export { type Inspection, inspectModel } from './inspect/inspect-model.js';
export type { Port } from './inspect/ports.js';
export {
  type GroupRecord,
  inspectPrunable,
  type PrunableInspection,
  type UnprunableRecord,
} from './inspect/prunable.js';
export { inspectQuantizable, type QuantInspection, type QuantLookOptions } from './inspect/quantizable.js';
export { type InspectionText, renderInspection } from './inspect/render-inspection.js';
export { renderPrunable } from './inspect/render-prunable.js';
export { renderQuantizable } from './inspect/render-quantizable.js';
export type { ScopeRecord } from './inspect/scopes.js';
export type { LayerSize, OperatorSize } from './inspect/sizes.js';
export type { Trial } from './inspect/trials.js';
export { type ListedOption, type ListedTechnique, listTechniques } from './list/list-techniques.js';
export { renderList } from './list/render-list.js';
export { measureFiles } from './measure/measure-files.js';
export type {
  EnergyRecord,
  MeasuredCase,
  MeasuredFigures,
  MeasuredSide,
  MeasureReport,
  RatioRecord,
} from './measure/measure-report.js';
export type { MeasureBudgets, MeasureEnergyOptions, MeasureOptions } from './measure/options.js';
export { type MeasurementTextOptions, renderMeasurement } from './measure/render/render-measurement.js';
export type { CompressOptions, Evaluate } from './options.js';
export type { LatencyOptions } from './pipeline/latency.js';
export type { CalibrationSource } from './pipeline/run-inputs.js';
export type { LookOptions } from './pipeline/with-engine.js';
export { type PlanStepOptions, planStep, readPlan } from './plan/read-plan.js';
export { planOf, type RemovalPlan } from './plan/removal-plan.js';
export { readModel } from './read-model.js';
export { mergeSteps } from './recipe/order.js';
export { checkRecipe, readRecipe } from './recipe/read.js';
export { type Recipe, type RecipeDraft, recipeJsonSchema, type VerifyLevel } from './recipe/schema.js';
export { MissedBudgetError, reportOf, UnsoundResultError } from './rejection.js';
export { type BarStyle, renderBar } from './render/bars.js';
export { renderJson } from './render/json.js';
export { renderMarkdown } from './render/markdown.js';
export { renderMeasureMarkdown } from './render/measure-markdown.js';
export { renderTable, type TableOptions } from './render/table.js';
export { calibrationImages } from './report/calibration-images.js';
export type { FusionRecord } from './report/fusion.js';
export type { QuantizedLayer } from './report/quantized-layers.js';
export { readReport, type StoredReport } from './report/read-report.js';
export type {
  BudgetRecord,
  Fidelity,
  FileRecord,
  InputRecord,
  LatencyRecord,
  ModelSize,
  OutputRecord,
  Report,
  ScoreRecord,
  StepRecord,
  VerificationRecord,
} from './report/report.js';
export type { WorthCause, WorthRecord } from './report/worth.js';
export { type ResolvedOptions, resolveOptions } from './resolve-options.js';
export type {
  ErrorDocument,
  ErrorObject,
  JsonDocuments,
  ReportDocument,
  TechniqueList,
} from './schema/json-documents.js';
export { requireDyadicStep, type Sidecar, sidecarOf } from './sidecar/sidecar.js';
export { resolveSpec } from './specs.js';
export { cleanup, lowRank, prune, quantize, type StepOptions } from './steps.js';
export { renderVerification } from './verify/render-verification.js';
export { type VerifyOptions, type VerifyResult, verifyFiles } from './verify/verify-files.js';
