export { ChannelMoments } from './activations/channel-moments.js';
export { ChannelSums, type Summand } from './activations/channel-sums.js';
export type { ChannelValue } from './activations/channel-value.js';
export { eachRow, ItemSummaries, type Summary } from './activations/item-summaries.js';
export { type Observer, observe, type Sampling } from './activations/observe.js';
export { pickSamples } from './activations/pick-samples.js';
export { Taps } from './activations/taps.js';
export { unfold } from './activations/unfold.js';
export type {
  Calibration,
  Context,
  Diagnostic,
  Evaluator,
  Feeds,
  Gemm,
  Matrix,
  ModelTime,
  NodeTimes,
  Random,
  SampleRuns,
  ShapeInference,
  TimeRatio,
} from './context.js';
export {
  BudgetError,
  CancelledError,
  CompressError,
  type ErrorDetails,
  EXIT_CODES,
  ModelError,
  StepError,
  UsageError,
  VerificationError,
} from './errors.js';
export type {
  Axis,
  BarFigure,
  Figure,
  HistogramFigure,
  IntervalFigure,
  LineFigure,
  ScatterFigure,
  TableFigure,
  Unit,
} from './figures/figure.js';
export { assertGlobsMatch } from './nodes/assert-globs-match.js';
export { matchNodes } from './nodes/match-nodes.js';
export { nearestName } from './nodes/nearest-name.js';
export { byteSize } from './registry/byte-size.js';
export { checkStep, stepSchema } from './registry/check-step.js';
export { describeOptions, type OptionDescription } from './registry/describe-options.js';
export { formatStep } from './registry/format-step.js';
export type { JsonSchema } from './registry/json-schema.js';
export { createRegistry, type Registry } from './registry/registry.js';
export { resolveStep } from './registry/resolve-step.js';
export { createTransform, type Step } from './registry/step.js';
export { answerOf } from './run/answer-of.js';
export { nextTurn, throwIfAborted, yieldToEventLoop } from './run/cancellation.js';
export { dividedProgress } from './run/divided-progress.js';
export type { CompressEvent, Phase, ProgressStep, StepOutcome } from './run/events.js';
export { seededRandom } from './run/random.js';
export { type ReportProgress, trackProgress } from './run/track-progress.js';
export { formatSpec } from './spec/format-spec.js';
export { parseSpec } from './spec/parse-spec.js';
export { parseByteSize, parseNumber } from './spec/quantities.js';
export type { ParsedSpec } from './spec/spec.js';
export { TARGETS, type Target } from './target.js';
export { defineTechnique, type NodeSelection, type Technique, type TechniqueFamily } from './technique.js';
export { toCompressError } from './to-compress-error.js';
export type { Change, JsonValue, LayerRepair, Removal, Skip, StepResult, Transform } from './transform.js';
