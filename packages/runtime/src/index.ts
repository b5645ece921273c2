export { createEvaluator } from './evaluate/evaluator.js';
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
export { parseDims } from './inputs/assignments.js';
export { openCalibration, type SampleSource } from './inputs/calibration.js';
export { type FixedInput, type FixedInputs, readFixedInputs } from './inputs/fixed-inputs.js';
export { type HostFeeds, type InputSpec, inputSpecs } from './inputs/input-spec.js';
export { type CalibrationSplit, splitCalibration } from './inputs/split-calibration.js';
export type { DimSizes } from './inputs/symbolic-dims.js';
export type { VerificationInputs } from './inputs/verification-inputs.js';
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
