import type { MeasuredFigures, MeasureReport } from '../../src/measure/measure-report.js';

function figures(factor: number): MeasuredFigures {
  const times = { min: 1, p50: 1.2, p90: 1.5, p95: 1.7, p99: 2.4, max: 5, mean: 1.3 };
  const latencyMs = {
    min: times.min * factor,
    p50: times.p50 * factor,
    p90: times.p90 * factor,
    p95: times.p95 * factor,
    p99: times.p99 * factor,
    max: times.max * factor,
    mean: times.mean * factor,
  };
  return {
    latencyMs,
    cpuMs: 1.1 * factor,
    loadMs: 12 * factor,
    throughput: 800 / factor,
    inferences: 4000,
    memory: { peakBytes: 90_000_000 + 4_000_000 * factor, baseBytes: 58_000_000 },
    energy: {
      source: 'estimate',
      kind: 'estimated',
      scope: 'process',
      joules: 0.004 * factor,
      low: 0.002 * factor,
      high: 0.008 * factor,
    },
  };
}

const size = {
  parameters: 433_578,
  weights: 430_000,
  flops: 51_318_528,
  weightBytes: 1_734_312,
  weightBytesByDtype: {},
  macs: 25_659_264,
  nodes: 23,
};

const layer = (node: string, timeMs: number) => ({ node, opType: 'Conv', timeMs, fused: [] });

/** A model measured against a larger one at two input sizes, with some parts replaced. */
export function sampleMeasure(parts: Partial<MeasureReport> = {}): MeasureReport {
  const ratio = { ratio: 2, interval: [1.9, 2.1], verdict: 'better' } as const;
  const quiet = { steal: 0, wait: 0.01, disturbed: false };
  const macs = { before: 25_659_264, after: 9_401_440 };
  return {
    schemaVersion: 1,
    tool: { name: 'onnx-compress', version: '0.1.0' },
    onnxruntime: { version: '1.30.0', cpuFeatures: ['x64', 'avx2'] },
    machine: { cpuModel: 'Sample CPU', cpuCount: 2, load: 0.5 },
    settings: { threads: 1, runs: 10, seed: 0, margin: 0.02, metric: 'cpu' },
    before: {
      ...size,
      ...figures(2),
      fileBytes: 1_738_255,
      path: 'models/model.onnx',
      profile: { layers: [layer('conv1', 0.8), layer('relu', 0)], added: [], totalMs: 1, inferences: 10 },
    },
    after: {
      ...size,
      ...figures(1),
      fileBytes: 167_288,
      path: 'models/model.compressed.onnx',
      profile: {
        layers: [layer('conv1', 0.4), layer('relu', 0)],
        added: [{ opType: 'ReorderInput', timeMs: 0.05 }],
        totalMs: 0.5,
        inferences: 10,
      },
    },
    speedup: 2,
    interval: [1.9, 2.1],
    verdict: 'better',
    cases: [
      {
        label: '1x3x32x32',
        inputs: { image: [1, 3, 32, 32] },
        before: figures(2),
        after: figures(1),
        cpu: ratio,
        latency: ratio,
        disturbance: quiet,
        macs,
      },
      {
        label: '4x3x32x32',
        inputs: { image: [4, 3, 32, 32] },
        before: figures(8),
        after: figures(4),
        cpu: ratio,
        latency: { ratio: 1.01, interval: [0.9, 1.1], verdict: 'inconclusive' },
        disturbance: { steal: null, wait: 0.2, disturbed: true },
        macs,
      },
    ],
    selfCheck: { ratio: 1, interval: [0.99, 1.01], verdict: 'equivalent' },
    floor: { latencyMs: 0.02, cpuMs: 0.02 },
    budgets: [{ name: 'min-speedup', limit: 1.5, actual: 2, ok: true }],
    warnings: [{ code: 'DISTURBED', message: 'shared machine: absolute times are upper bounds' }],
    ...parts,
  };
}
