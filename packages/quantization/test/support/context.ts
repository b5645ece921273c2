import type { Context, Diagnostic, StepResult } from '@onnx-compress/core';
import { seededRandom } from '@onnx-compress/core';
import type { Model } from '@onnx-compress/graph';
import { type Granularity, type Int8Options, int8Options, int8Transform } from '../../src/index.js';

const unavailable = async () => {
  throw new Error('weight quantization does not run the model');
};

/** A context without a runtime that collects what the step says. */
export function quietContext(diagnostics: Diagnostic[] = [], drawsFigures = false): Context {
  return {
    signal: new AbortController().signal,
    progress: () => {},
    warn: (diagnostic) => diagnostics.push(diagnostic),
    random: (stream) => seededRandom(0, stream),
    shapes: { infer: unavailable },
    evaluator: { evaluate: unavailable },
    runs: { run: unavailable },
    gemm: { rowProducts: unavailable, columnProducts: unavailable },
    nodeTimes: { measure: unavailable, compare: unavailable },
    dims: new Map(),
    target: 'node-x64-vnni',
    drawsFigures,
    calibration: undefined,
  };
}

/** What a run of an int8 scheme gave. */
export interface QuantizeOutcome extends StepResult {
  readonly model: Model;
  readonly diagnostics: readonly Diagnostic[];
}

/** Quantizes a clone of the model. */
export async function quantized(
  original: Model,
  {
    granularity = 'per-channel',
    skip = [] as readonly string[],
    figures = false,
    integers = undefined as 'uint8' | undefined,
    runtime = {},
    ...options
  }: QuantizeSettings = {},
): Promise<QuantizeOutcome> {
  const model = original.clone();
  const diagnostics: Diagnostic[] = [];
  const scheme = { name: `int8-${granularity}`, granularity, ...(integers && { integers }) };
  const transform = int8Transform(scheme, int8Options.parse(options), { include: [], skip });
  const result = await transform.run(model, {
    ...quietContext(diagnostics, figures),
    ...runtime,
  });
  const problems = model.validate();
  if (problems.length > 0) throw new Error(`unsound after quantization:\n${problems.join('\n')}`);
  return { ...result, model, diagnostics };
}

interface QuantizeSettings extends Partial<Int8Options> {
  readonly granularity?: Granularity;
  readonly skip?: readonly string[];
  readonly figures?: boolean;
  readonly integers?: 'uint8' | undefined;
  /** What a run with samples needs. */
  readonly runtime?: Partial<Context>;
}
