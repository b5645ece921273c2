import { type Calibration, type Context, type Diagnostic, seededRandom } from '@onnx-compress/core';
import {
  createEvaluator,
  createGemm,
  createHost,
  createSampleRuns,
  createShapeInference,
} from '@onnx-compress/runtime';

const host = createHost('worker');

/** Ends the thread in which onnxruntime runs; to be called after all tests of a file. */
export const closeHost = () => host.close();

const notTimed = () => Promise.reject(new Error('no test measures time'));

/** A context in which models really run; nothing is timed. */
export function runtimeContext(calibration?: Calibration, warnings: Diagnostic[] = []): Context {
  return {
    signal: new AbortController().signal,
    progress: () => {},
    warn: (diagnostic) => warnings.push(diagnostic),
    random: (stream) => seededRandom(0, stream),
    shapes: createShapeInference(host),
    evaluator: createEvaluator(host),
    runs: createSampleRuns(host),
    gemm: createGemm(host),
    nodeTimes: { measure: notTimed, compare: notTimed },
    dims: new Map(),
    target: 'node-x64-vnni',
    drawsFigures: false,
    calibration,
  };
}
