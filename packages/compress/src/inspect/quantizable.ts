import type { Diagnostic, Skip, Step } from '@onnx-compress/core';
import type { PreprocessOptions } from '@onnx-compress/runtime';
import { compress } from '../compress.js';
import type { CompressModel } from '../compress-model.js';
import type { CalibrationSource } from '../pipeline/run-inputs.js';
import type { LookOptions } from '../pipeline/with-engine.js';
import { UnsoundResultError } from '../rejection.js';
import type { FusionRecord } from '../report/fusion.js';
import { formCounts, type QuantizedLayer, quantizedLayers } from '../report/quantized-layers.js';
import type { Report } from '../report/report.js';

/** What `inspectQuantizable` may be told. */
export interface QuantLookOptions extends LookOptions {
  /** Sample inputs, without labels; without them no activation has a range. */
  readonly calibration?: CalibrationSource | undefined;
  /** How pictures among the samples are fed. */
  readonly preprocess?: string | PreprocessOptions | undefined;
  /** Fixed inputs, by name. */
  readonly inputs?: Readonly<Record<string, string>> | undefined;
}

/** What quantization would do to a model, as `compress inspect --quant SPEC --json` prints it. */
export interface QuantInspection {
  readonly schemaVersion: 1;
  /** The steps that were tried, in spec grammar. */
  readonly specs: readonly string[];
  /** Bytes of the whole file. */
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  /** Signal-to-noise ratio of the worst output in dB; null where all are identical, or nothing could be run. */
  readonly outputSnrDb: number | null;
  /** How many layers have each form. */
  readonly forms: Readonly<Record<string, number>>;
  /** The layers that would be quantized, those whose weights lose most first. */
  readonly layers: readonly QuantizedLayer[];
  /** Layers and constants that would stay in float. */
  readonly skipped: readonly Skip[];
  /** Whether layers with quantized activations run on integer kernels; absent where nobody could look. */
  readonly fusion?: FusionRecord;
}

function inspectionOf({ steps, before, after, verification, fusion }: Report): QuantInspection {
  const quantized = steps.filter(({ family }) => family === 'quant');
  const layers = quantizedLayers(quantized.flatMap(({ changed }) => changed));
  return {
    schemaVersion: 1,
    specs: quantized.map(({ spec }) => spec),
    bytesBefore: before.fileBytes,
    bytesAfter: after.fileBytes,
    outputSnrDb: verification.snrDb,
    forms: formCounts(layers),
    layers,
    skipped: quantized.flatMap(({ skipped }) => skipped),
    ...(fusion === undefined ? {} : { fusion }),
  };
}

/** The report of a run that keeps nothing; of an unsound result too. */
async function tried(model: CompressModel, steps: readonly Step[], options: QuantLookOptions): Promise<Report> {
  const { dims = {}, inputs = {}, calibration, preprocess, threads, signal, onWarning = () => {} } = options;
  const warn = (diagnostic: Diagnostic) => onWarning(diagnostic);
  try {
    const { report } = await compress(model, {
      steps,
      dims,
      inputs,
      ...(calibration === undefined ? {} : { calibration }),
      ...(preprocess === undefined ? {} : { preprocess }),
      verify: 'fast',
      measure: false,
      threads,
      signal,
      onEvent: (event) => {
        if (event.type === 'diagnostic') warn(event.diagnostic);
      },
    });
    return report;
  } catch (error) {
    if (error instanceof UnsoundResultError) return error.report;
    throw error;
  }
}

/**
 * Says what quantization would do to each layer of a model, and what it costs: tried on a copy, with all that a run does
 * but the file. How far the activations of a layer are off is not measured one by one; `outputSnrDb` is of all together.
 *
 * @param steps steps of quantization, as `quantize` makes them
 * @throws UsageError, ModelError, StepError, CancelledError
 * @example const { layers: [worst] } = await inspectQuantizable(model, [quantize('int8-per-channel')]);
 */
export async function inspectQuantizable(
  model: CompressModel,
  steps: readonly Step[],
  options: QuantLookOptions = {},
): Promise<QuantInspection> {
  return inspectionOf(await tried(model, steps, options));
}
