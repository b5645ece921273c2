import type { JsonValue, Step } from '@onnx-compress/core';
import type { Report } from '../report/report.js';
import { noDyadicStep } from './messages.js';

/** The metric of a step that lists its integers, and the technique that has it. */
const METRIC = 'dyadic';
const TECHNIQUE = 'int8-dyadic';

/**
 * Checks before a run that it will have a sidecar.
 *
 * @throws UsageError where no step quantizes to dyadic scales
 */
export function requireDyadicStep(steps: readonly Pick<Step, 'technique'>[]): void {
  if (!steps.some(({ technique }) => technique === TECHNIQUE)) throw noDyadicStep();
}

/** The integers of a model for firmware. */
export interface Sidecar {
  readonly schemaVersion: 1;
  /** The model that the run read. */
  readonly input: {
    /** SHA-256 of its .onnx file, hexadecimal. */
    readonly sha256: string;
  };
  /** Every value, `integer = (real - zero point) / (b / 2^c)`, and every operator with its multipliers `b / 2^c`. */
  readonly integers: JsonValue;
}

/**
 * What a device without floats needs beside the weights that the last dyadic step of a run wrote.
 *
 * @throws UsageError where no step quantized to dyadic scales
 * @example
 * const { report } = await compressFile('model.onnx', 'small.onnx', { steps: [quant('int8-dyadic')], calibration });
 * await writeFile('small.dyadic.json', renderJson(sidecarOf(report)));
 */
export function sidecarOf({ steps, input: { sha256 } }: Report): Sidecar {
  const integers = steps.flatMap(({ metrics }) => metrics[METRIC] ?? []).at(-1);
  if (integers === undefined) throw noDyadicStep();
  return { schemaVersion: 1, input: { sha256 }, integers };
}
