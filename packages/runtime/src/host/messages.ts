import { cleanMessage } from './clean-message.js';
import { HostError, type HostPhase } from './errors.js';

const UNKNOWN_OPERATOR = /not a registered function\/op|No opset import for domain|No Op registered for/;

/** onnxruntime refused to load a model. `where` is the file's path, or `the model` for bytes. */
export function cannotLoad(where: string, reason: string): HostError {
  const hint = UNKNOWN_OPERATOR.test(reason)
    ? 'The installed onnxruntime does not know this operator; --verify off rewrites the model without running it.'
    : 'onnxruntime has to load a model before it can be verified; --verify off rewrites it without running it.';
  return new HostError('load', 'RUNTIME_LOAD', `onnxruntime cannot load ${where}: ${cleanMessage(reason)}`, {
    hint,
    cause: reason,
  });
}

/** A run that onnxruntime started or refused to start, and did not finish. */
export function cannotRun(reason: string): HostError {
  return new HostError('run', 'RUNTIME_RUN', `onnxruntime cannot run the model: ${cleanMessage(reason)}`, {
    hint: 'Check names, types and shapes of the inputs; --input and --dim set values that random ones cannot serve.',
    cause: reason,
  });
}

/** The thread or process that holds onnxruntime ended. `how` names the exit code or signal. */
export function hostEnded(phase: HostPhase, how: string): HostError {
  const doing = phase === 'load' ? 'while it loaded a model' : 'while it ran a model';
  return new HostError('crash', 'RUNTIME_CRASH', `onnxruntime ended ${doing} (${how})`, {
    hint: 'The model makes onnxruntime stop its process; run it in a process of its own, and report it to onnxruntime.',
  });
}

/** A session of a host that has ended since: closed, crashed, or stopped by a cancelled run. */
export function sessionLost(): HostError {
  return new HostError('crash', 'RUNTIME_SESSION_LOST', 'The onnxruntime session is gone, its host has ended', {
    hint: 'Open the model again.',
  });
}

/** A session used after `release`. */
export function sessionReleased(): HostError {
  return new HostError('run', 'RUNTIME_SESSION_RELEASED', 'The onnxruntime session was released', {
    hint: 'Open the model again.',
  });
}

/** Input names that the model does not have. */
export function unknownInputs(names: readonly string[], known: readonly string[]): HostError {
  return new HostError('run', 'RUNTIME_UNKNOWN_INPUT', `The model has no input ${quoted(names)}`, {
    hint: `Its inputs are ${quoted(known)}.`,
  });
}

/** Outputs that were asked for and that the model does not have. */
export function unknownOutputs(names: readonly string[], known: readonly string[]): HostError {
  return new HostError('run', 'RUNTIME_UNKNOWN_OUTPUT', `The model has no output ${quoted(names)}`, {
    hint: `Its outputs are ${quoted(known)}.`,
  });
}

/** Outputs whose type onnxruntime-node cannot hand over. */
export function unfetchableOutputs(names: readonly string[]): HostError {
  return new HostError('run', 'RUNTIME_UNFETCHABLE', `Output ${quoted(names)} has a type that Node.js cannot read`, {
    hint: 'Leave it out of the fetches, or add a Cast to float32 behind it.',
  });
}

/** A tensor of a type that onnxruntime-node cannot take or give. */
export function unsupportedType(dataType: string): HostError {
  return new HostError('run', 'RUNTIME_TYPE', `onnxruntime-node cannot pass ${dataType} tensors`, {
    hint: 'Add a Cast to a type it knows, such as float32.',
  });
}

/** The compiled entry of the worker or process is not there. */
export function entryMissing(path: string): HostError {
  return new HostError('load', 'RUNTIME_NOT_BUILT', `The onnxruntime host is not built: ${path} does not exist`, {
    hint: 'Run `npm run build` once.',
  });
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ');
}
