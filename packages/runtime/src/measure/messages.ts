import { UsageError } from '@onnx-compress/core';

/** Too few runs for an interval of 95 %. */
export function tooFewRuns(runs: number, least: number): UsageError {
  return new UsageError('MEASURE_RUNS', `A comparison needs at least ${least} runs, not ${runs}`, {
    hint: `Fewer than ${least} runs give no interval of 95 %; leave the number out for the default.`,
  });
}

/** An option that must be a number above 0. */
export function notPositive(name: string, value: number): UsageError {
  return new UsageError('MEASURE_OPTION', `${name} must be a number above 0, not ${value}`, {
    hint: `Leave ${name} out for its default.`,
  });
}
