import { LATENCY_PARTS } from '../../src/measure/figures.js';
import type { MeasuredFigures, MeasuredRun, MeasureReport } from '../../src/measure/measure-report.js';

const latencyOf = (p50: number) => ({
  min: p50 * 0.9,
  p50,
  p90: p50 * 1.1,
  p95: p50 * 1.2,
  p99: p50 * 1.5,
  max: p50 * 2,
  mean: p50 * 1.02,
});

const figures = (ms: number): MeasuredFigures => ({
  latencyMs: latencyOf(ms),
  latencyQuantiles: LATENCY_PARTS.map((part) => Number((ms * (0.9 + 0.2 * part + 0.9 * part ** 20)).toPrecision(6))),
  cpuMs: ms * 0.98,
  loadMs: ms * 3,
  throughput: 1000 / ms,
  inferences: 4000,
  memory: { peakBytes: 120_000_000, baseBytes: 90_000_000 },
  energy: {
    source: 'estimate',
    kind: 'estimated',
    scope: 'process',
    joules: ms * 0.004,
    low: ms * 0.0014,
    high: ms * 0.02,
  },
});

/** Four runs, the third of which was disturbed. */
const runsOf = (before: number, after: number): readonly MeasuredRun[] =>
  [1, 1.02, 1.3, 0.99].map((factor) => ({
    before: { latencyMs: before, cpuMs: before * 0.98 },
    after: { latencyMs: after * factor, cpuMs: after * 0.98 },
    cpuRatio: before / after,
    latencyRatio: before / after / factor,
  }));

const size = { fileBytes: 1_720_000, parameters: 431_080, weightBytes: 1_722_000, weightBytesByDtype: {}, nodes: 9 };

/** A pruned network held against the original, at two input sizes, with some parts replaced. */
export function sampleMeasurement(parts: Partial<MeasureReport> = {}): MeasureReport {
  const [before, after] = [figures(12.14), figures(8.04)];
  const latency = { ratio: 1.51, interval: [1.48, 1.53], verdict: 'better' } as const;
  const calm = { steal: 0.001, wait: 0.02, disturbed: false };
  return {
    schemaVersion: 1,
    tool: { name: 'onnx-compress', version: '0.1.0' },
    onnxruntime: { version: '1.30.0', cpuFeatures: ['x64'] },
    machine: { cpuModel: 'A processor', cpuCount: 2, load: 0.5 },
    settings: { threads: 1, runs: 10, seed: 0, margin: 0.02, metric: 'cpu' },
    before: {
      ...size,
      weights: 430_500,
      macs: 2_290_000,
      flops: 4_580_000,
      ...before,
      path: 'models/lenet.onnx',
      profile: {
        layers: [
          { node: 'conv1', opType: 'Conv', timeMs: 6, fused: ['relu1'] },
          { node: 'relu1', opType: 'Relu', timeMs: 0, fused: [] },
          { node: 'fc1', opType: 'Gemm', timeMs: 5, fused: [] },
        ],
        added: [{ opType: 'ReorderInput', timeMs: 0.5 }],
        totalMs: 12,
        inferences: 50,
      },
    },
    after: {
      ...size,
      fileBytes: 440_000,
      parameters: 109_580,
      weights: 109_000,
      macs: 650_000,
      flops: 1_300_000,
      ...after,
      path: 'models/lenet.small.onnx',
      profile: {
        layers: [
          { node: 'conv1', opType: 'Conv', timeMs: 1.5, fused: ['relu1'] },
          { node: 'fc1', opType: 'Gemm', timeMs: 6, fused: [] },
        ],
        added: [],
        totalMs: 8,
        inferences: 50,
      },
    },
    speedup: 1.51,
    interval: [1.48, 1.53],
    verdict: 'inconclusive',
    cases: [
      {
        label: '1x1x28x28',
        inputs: { image: [1, 1, 28, 28] },
        before,
        after,
        cpu: { ratio: 1.52, interval: [1.5, 1.55], verdict: 'better' },
        latency,
        disturbance: calm,
        runs: runsOf(12.14, 8.04),
        macs: { before: 2_290_000, after: 650_000 },
      },
      {
        label: '8x1x28x28',
        inputs: { image: [8, 1, 28, 28] },
        before: figures(90),
        after: figures(99),
        cpu: { ratio: 0.91, interval: [0.9, 0.93], verdict: 'worse' },
        latency: { ratio: 0.92, interval: [0.8, 1.1], verdict: 'inconclusive' },
        disturbance: calm,
        runs: runsOf(90, 99),
        macs: { before: 18_320_000, after: 5_200_000 },
      },
    ],
    nodeTimes: [
      { node: 'conv1', opType: 'Conv', before: 6, after: 1.5 },
      { node: 'fc1', opType: 'Gemm', before: 5, after: 6 },
      { node: null, opType: 'ReorderInput', before: 0.5 },
    ],
    selfCheck: { ratio: 1.002, interval: [0.99, 1.01], verdict: 'equivalent' },
    floor: { latencyMs: 0.03, cpuMs: 0.03 },
    budgets: [{ name: 'min-speedup', limit: 1.6, actual: 1.51, ok: false }],
    warnings: [],
    ...parts,
  };
}

/** A model by itself, without energy, memory and profile, with some parts replaced. */
export function sampleAlone(parts: Partial<MeasureReport> = {}): MeasureReport {
  const { before: _before, speedup: _speedup, interval: _interval, verdict: _verdict, ...rest } = sampleMeasurement();
  const { selfCheck: _selfCheck, nodeTimes: _nodeTimes, ...report } = rest;
  const { profile: _profile, ...after } = report.after;
  const cases = report.cases.slice(0, 1).map(({ label, inputs, disturbance, runs, ...measured }) => ({
    label,
    inputs,
    disturbance,
    runs: runs.map((run) => ({ after: run.after })),
    after: measured.after,
    macs: { after: measured.macs.after },
  }));
  return { ...report, after, cases, budgets: [], ...parts };
}
