export { type Carbon, carbonOf } from './energy/carbon/carbon.js';
export { type Grid, resolveGrid } from './energy/carbon/grid.js';
export { chooseEnergySource } from './energy/choose-source.js';
export type {
  DeviceUse,
  EnergyChoice,
  EnergyMeter,
  EnergyOptions,
  EnergyProbe,
  EnergyReading,
  EnergyRefusal,
  EnergyResult,
  EnergySource,
  EnergySourceName,
} from './energy/contract.js';
export { createEvaluator } from './evaluate/evaluator.js';
export { createGemm } from './evaluate/gemm.js';
export { createSampleRuns } from './evaluate/sample-runs.js';
export type {
  BytesTensor,
  ExternalFile,
  Host,
  HostedSession,
  HostTensor,
  HostTransport,
  ModelLocation,
  OptimizationLevel,
  RunOptions,
  SessionOptions,
  SessionValue,
  StringTensor,
} from './host/contract.js';
export { type RuntimeEnvironment, runtimeEnvironment } from './host/environment.js';
export { HostError, type HostPhase } from './host/errors.js';
export { createHost } from './host/host.js';
export { fromHostTensor, fromHostTensors, TextTensor, toHostTensor, toHostTensors } from './host/tensors.js';
export type {
  BlockLength,
  HostUsage,
  PlannedBlock,
  TimedBlock,
  TimedSession,
  TimingHost,
} from './host/timing-contract.js';
export { parseDims } from './inputs/assignments.js';
export { openCalibration, type SampleSource } from './inputs/calibration.js';
export { type FixedInput, type FixedInputs, readFixedInputs } from './inputs/fixed-inputs.js';
export { formatPreprocessing, resolvePreprocessing } from './inputs/images/parse-preprocessing.js';
export type {
  ChannelOrder,
  ImageFit,
  ImageLayout,
  Preprocessing,
  PreprocessOptions,
} from './inputs/images/preprocessing.js';
export { type ImagePreview, previewImages } from './inputs/images/preview-images.js';
export { type HostFeeds, type InputSpec, inputSpecs } from './inputs/input-spec.js';
export { type MeasurementInputOptions, measurementInputs } from './inputs/measurement-inputs.js';
export { type CalibrationSplit, splitCalibration } from './inputs/split-calibration.js';
export type { DimSizes } from './inputs/symbolic-dims.js';
export type { VerificationInputs } from './inputs/verification-inputs.js';
export { compareModels, selfCheck } from './measure/compare-models.js';
export type {
  Disturbance,
  HarnessFloor,
  LatencyDistribution,
  MemoryUse,
  RatioEstimate,
  TimedComparison,
  TimedModel,
  TimedRun,
  Timing,
  TimingOptions,
  Verdict,
} from './measure/contract.js';
export { harnessFloor } from './measure/harness-floor.js';
export { memoryUse } from './measure/memory-use.js';
export { type TimedAlone, timeModel } from './measure/time-model.js';
export type { AddedTime, LayerProfile, LayerTime } from './profile/contract.js';
export { type ProfileOptions, profileModel } from './profile/profile-model.js';
export { createShapeInference, type ShapeInferenceOptions } from './shapes/inference.js';
export { type RecordShapesOptions, recordShapes } from './shapes/recorder.js';
export { chooseInputs, type InputChoice } from './verify/choose-inputs.js';
export type { Fidelity, OutputLikeness, Verification } from './verify/verification.js';
export {
  type VerificationMode,
  type VerificationOptions,
  type VerifiedModel,
  verifyModels,
} from './verify/verify-models.js';
