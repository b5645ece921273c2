import { UsageError } from '@onnx-compress/core';

/** The folder for AIPowerMeter's files has files in it, which may be an earlier measurement. */
export function meterFolderNotEmpty(folder: string): UsageError {
  return new UsageError('METER_FOLDER', `${folder} is not an empty folder`, {
    hint: 'Name a new folder, or remove what is in this one.',
  });
}

/** Two input sizes whose folders would have the same name. */
export function sameMeterLabel(label: string): UsageError {
  return new UsageError('METER_LABEL', `Two input sizes are called "${label}"`, {
    hint: 'Name each input size once.',
  });
}

/** A run without a single inference, or that took no time. */
export function emptyMeterRun(label: string): UsageError {
  return new UsageError('METER_RUN', `A run of input size "${label}" holds no inference`, {
    hint: 'Measure at least one inference in each run.',
  });
}
