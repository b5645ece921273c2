import type { Report } from '../../src/report/report.js';

const recipe: Report['recipe'] = {
  schemaVersion: 1,
  steps: [],
  cleanup: 'on',
  target: 'node-x64-vnni',
  seed: 0,
  verify: 'fast',
  calibration: [],
  inputs: {},
  dims: {},
  budgets: {},
};

const size = {
  parameters: 25_600_000,
  weights: 25_500_000,
  weightBytes: 97_500_000,
  weightBytesByDtype: {},
  macs: 4_100_000_000,
  flops: 8_200_000_000,
  nodes: 175,
};
const costs = { parametersBefore: 1, parametersAfter: 1, macsBefore: 1, macsAfter: 1, durationMs: 5 };

/** A result that was measured to be faster. */
export const SAMPLE_LATENCY: NonNullable<Report['latency']> = {
  beforeMs: 12.14,
  afterMs: 8.04,
  speedup: 1.51,
  interval: [1.48, 1.53],
  verdict: 'better',
  metric: 'cpu',
  margin: 0.02,
  threads: 1,
  runs: 10,
};

/** The run that the design document shows, with some parts replaced. */
export function sampleReport(parts: Partial<Report> = {}): Report {
  return {
    schemaVersion: 1,
    tool: { name: 'onnx-compress', version: '0.1.0' },
    onnxruntime: { version: '1.30.0', cpuFeatures: ['x64'] },
    seed: 0,
    recipe,
    input: { path: 'models/model.onnx', fileBytes: 97_800_000, sha256: 'a', irVersion: 8, opsets: { 'ai.onnx': 17 } },
    output: { path: 'models/model.compressed.onnx', fileBytes: 12_400_000, sha256: 'b' },
    before: { ...size, fileBytes: 97_800_000 },
    after: { ...size, fileBytes: 12_400_000 },
    assumedDims: {},
    steps: [
      {
        family: 'cleanup',
        name: 'tidy',
        spec: 'tidy',
        bytesBefore: 97_800_000,
        bytesAfter: 97_800_000,
        ...costs,
        changed: [{ node: 'identity' }],
        skipped: [],
        metrics: {},
      },
      {
        family: 'prune',
        name: 'prune l1',
        spec: 'l1:0.4',
        bytesBefore: 97_800_000,
        bytesAfter: 46_100_000,
        ...costs,
        changed: [{ node: 'conv1' }],
        skipped: [{ node: 'head', reason: 'it makes a graph output' }],
        metrics: { channelsBefore: 1030, channelsAfter: 618, groupsSkipped: 3 },
      },
      {
        family: 'quant',
        name: 'quant int8-per-channel',
        spec: 'int8-per-channel',
        bytesBefore: 46_100_000,
        bytesAfter: 12_400_000,
        ...costs,
        changed: [{ node: 'conv1' }],
        skipped: [],
        metrics: { layers: 54, quantized: 53 },
      },
    ],
    verification: {
      status: 'ok',
      reasons: [],
      fidelity: 'low',
      inputs: { source: 'calibration', count: 128, dims: {} },
      outputs: [{ name: 'scores', cosine: 0.9412, snrDb: 9.8, maxAbsError: 0.5, agreement: 0.914 }],
      cosine: 0.9412,
      snrDb: 9.8,
      agreement: 0.914,
      optimizationLevels: ['all', 'disabled'],
    },
    budgets: [],
    warnings: [],
    unchanged: false,
    ...parts,
  };
}
