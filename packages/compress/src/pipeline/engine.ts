import type { Diagnostic, Evaluator, Gemm, SampleRuns, ShapeInference } from '@onnx-compress/core';
import {
  createEvaluator,
  createGemm,
  createHost,
  createSampleRuns,
  createShapeInference,
  type Host,
} from '@onnx-compress/runtime';

/** onnxruntime as a run uses it: one process of its own, started by the first question. */
export interface Engine {
  readonly host: Host;
  /** Options of every session that runs the model itself. */
  readonly session: { readonly threads?: number };
  readonly shapes: ShapeInference;
  readonly evaluator: Evaluator;
  readonly runs: SampleRuns;
  readonly gemm: Gemm;
  /** Ends the process; harmless when repeated. */
  close(): Promise<void>;
}

/** A process of its own survives models that make onnxruntime abort, and stops at once when a run is cancelled. */
export function openEngine(warn: (diagnostic: Diagnostic) => void, threads: number | undefined): Engine {
  const host = createHost('process');
  const session = threads === undefined ? {} : { threads };
  return {
    host,
    session,
    shapes: createShapeInference(host, { warn }),
    evaluator: createEvaluator(host),
    runs: createSampleRuns(host, session),
    gemm: createGemm(host),
    close: () => host.close(),
  };
}
