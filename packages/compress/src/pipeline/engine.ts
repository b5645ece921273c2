import type { Diagnostic, Evaluator, ShapeInference } from '@onnx-compress/core';
import { createEvaluator, createHost, createShapeInference, type Host } from '@onnx-compress/runtime';

/** onnxruntime as a run uses it: one process of its own, started by the first question. */
export interface Engine {
  readonly host: Host;
  /** Options of every session that runs the model itself. */
  readonly session: { readonly threads?: number };
  readonly shapes: ShapeInference;
  readonly evaluator: Evaluator;
  /** Ends the process; harmless when repeated. */
  close(): Promise<void>;
}

/** A process of its own survives models that make onnxruntime abort, and stops at once when a run is cancelled. */
export function openEngine(warn: (diagnostic: Diagnostic) => void, threads: number | undefined): Engine {
  const host = createHost('process');
  return {
    host,
    session: threads === undefined ? {} : { threads },
    shapes: createShapeInference(host, { warn }),
    evaluator: createEvaluator(host),
    close: () => host.close(),
  };
}
