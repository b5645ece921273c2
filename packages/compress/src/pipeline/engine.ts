import type { Diagnostic, Evaluator, Gemm, SampleRuns, ShapeInference } from '@onnx-compress/core';
import {
  createEvaluator,
  createGemm,
  createHost,
  createSampleRuns,
  createShapeInference,
  type Host,
} from '@onnx-compress/runtime';

/** onnxruntime as a run uses it: a process of its own for models, a thread for matrix products, both started when needed. */
export interface Engine {
  readonly host: Host;
  /** Options of every session that runs the model itself. */
  readonly session: { readonly threads?: number };
  readonly shapes: ShapeInference;
  readonly evaluator: Evaluator;
  readonly runs: SampleRuns;
  readonly gemm: Gemm;
  /** Ends process and thread; harmless when repeated. */
  close(): Promise<void>;
}

/** A process of its own survives models that make onnxruntime abort, and stops at once when a run is cancelled. */
export function openEngine(warn: (diagnostic: Diagnostic) => void, threads: number | undefined): Engine {
  const host = createHost('process');
  const products = createHost('worker');
  const session = threads === undefined ? {} : { threads };
  return {
    host,
    session,
    shapes: createShapeInference(host, { warn }),
    evaluator: createEvaluator(host),
    runs: createSampleRuns(host, session),
    gemm: createGemm(products),
    close: async () => {
      await Promise.all([host.close(), products.close()]);
    },
  };
}
