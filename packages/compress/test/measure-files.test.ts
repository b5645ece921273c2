import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { CompressEvent } from '@onnx-compress/core';
import { float32Tensor, type Model } from '@onnx-compress/graph';
import { writeModel } from '@onnx-compress/graph/node';
import type { RatioEstimate, TimedModel, Timing } from '@onnx-compress/runtime';
import { buildModel, randomFloats } from '@onnx-compress/test-kit';
import type { Instruments } from '../src/measure/instruments.js';
import { measureFiles, measureWith } from '../src/measure/measure-files.js';
import type { MeasureOptions } from '../src/measure/options.js';
import { withModelFile } from './support/models.js';
import { verdictOf } from './support/verdict-of.js';

/** A convolution over images of any size. */
const convolution = (channels: number, input = 'image'): Model =>
  buildModel({
    inputs: { [input]: ['float32', ['batch', 3, 'height', 'width']] },
    outputs: ['features'],
    weights: { w: randomFloats([channels, 3, 3, 3], 1) },
    nodes: [{ opType: 'Conv', name: 'conv', inputs: [input, 'w'], outputs: ['features'] }],
  });

const calm = { steal: 0, wait: 0, disturbed: false };

function timing(ms: number, runs: number): Timing {
  const one = { latencyMs: ms, cpuMs: ms, loadMs: 1, inferences: 10, latencies: [ms] };
  const latencyMs = { min: ms, p50: ms, p90: ms, p95: ms, p99: ms, max: ms, mean: ms };
  const all = Array.from({ length: runs }, () => one);
  return { latencyMs, cpuMs: ms, loadMs: 1, throughput: 1000 / ms, inferences: 10 * runs, runs: all };
}

function estimate(ratio: number, spread: number, margin: number, runs: number): RatioEstimate {
  const interval = { low: ratio / (1 + spread), high: ratio * (1 + spread) };
  const ratios = Array.from({ length: runs }, () => ratio);
  return { ratio, ...interval, coverage: 0.97, verdict: verdictOf(ratio, interval, margin), ratios };
}

/** Instruments that find fixed figures: what a model needs, by file, and a spread of 4 % between runs. */
function found(milliseconds: Readonly<Record<string, number>>, parts: Partial<Instruments> = {}): Instruments {
  const of = ({ location }: TimedModel) =>
    ('path' in location ? milliseconds[location.path.split('/').at(-1) ?? ''] : undefined) ?? 1;
  return {
    compareModels: async (before, after, { runs = 10, margin = 0.02 } = {}) => {
      const ratio = estimate(of(before) / of(after), 0.04, margin, runs);
      const sides = { before: timing(of(before), runs), after: timing(of(after), runs) };
      return { ...sides, cpu: ratio, latency: ratio, metric: 'cpu', margin, disturbance: calm };
    },
    timeModel: async (model, { runs = 10 } = {}) => ({ ...timing(of(model), runs), disturbance: calm }),
    harnessFloor: async () => ({ latencyMs: 0.05, cpuMs: 0.05 }),
    memoryUse: async () => ({ peakBytes: 2e8, baseBytes: 1e8 }),
    profileModel: async () => ({ layers: [], added: [], totalMs: 1, inferences: 3 }),
    ...parts,
  };
}

/** Measures model.onnx, of 16 channels, against reference.onnx, of 64. */
function measurePair(options: MeasureOptions, instruments = found({ 'model.onnx': 2, 'reference.onnx': 4 })) {
  return withModelFile(convolution(16), async ({ path, folder }) => {
    const against = join(folder, 'reference.onnx');
    await writeModel(convolution(64), against);
    return measureWith(instruments, path, { against, energy: { source: 'none' }, ...options });
  });
}

describe('a measurement', () => {
  it('says how much faster the model is, at every input size and batch', async () => {
    const { cases, speedup, verdict, before, after, settings } = await measurePair({
      inputSizes: ['1x3x8x8', '1x3x16x16'],
      batch: [1, 2],
      runs: 6,
    });
    expect([speedup, verdict, settings.metric, settings.runs]).toEqual([2, 'better', 'cpu', 8]);
    expect(cases.map(({ label }) => label)).toEqual(['1x3x8x8', '2x3x8x8', '1x3x16x16', '2x3x16x16']);
    expect(cases.map(({ macs }) => macs.after / 36 / 432)).toEqual(
      [1, 2, 196 / 36, 392 / 36].map((x) => expect.closeTo(x)),
    );
    expect([before?.macs, after.macs]).toEqual([62208, 15552]);
    expect([before?.memory, after.energy]).toEqual([{ peakBytes: 2e8, baseBytes: 1e8 }, null]);
  });

  it('takes the noise of the machine as margin where that is more than the one asked for', async () => {
    const close = found({ 'model.onnx': 0.97, 'reference.onnx': 1 });
    const plain = await measurePair({}, close);
    const checked = await measurePair({ selfCheck: true, margin: 0.01 }, close);
    expect(plain).not.toHaveProperty('selfCheck');
    expect(checked.selfCheck?.ratio).toBe(1);
    expect(checked.settings.margin).toBeCloseTo(0.0392);
  });

  it('has neither verdict nor reference for a model by itself', async () => {
    const report = await measurePair({ against: undefined, profile: true });
    for (const key of ['before', 'speedup', 'interval', 'verdict', 'selfCheck']) expect(report).not.toHaveProperty(key);
    expect(report.after.profile?.inferences).toBe(3);
    expect(report.cases[0]).not.toHaveProperty('cpu');
  });

  it('holds the speedup to its least one', async () => {
    const kept = await measurePair({ budgets: { minSpeedup: 1.5 } });
    const missed = await measurePair({ budgets: { minSpeedup: 3 } });
    const doubtful = await measurePair({ budgets: { minSpeedup: 1.99 } });
    expect([kept, missed, doubtful].map(({ budgets }) => budgets[0]?.ok)).toEqual([true, false, true]);
    expect(doubtful.warnings.map(({ code }) => code)).toEqual(['SPEEDUP_UNCERTAIN']);
    await expect(measurePair({ against: undefined, budgets: { minSpeedup: 1 } })).rejects.toThrow('held against');
  });

  it('warns where the way from Node.js takes a good part of the time', async () => {
    const { warnings } = await measurePair({}, found({ 'model.onnx': 0.1, 'reference.onnx': 0.4 }));
    expect(warnings.map(({ message }) => message)).toEqual([expect.stringContaining('50 % of the latency')]);
  });

  it('warns first of all of a machine that did other things', async () => {
    const disturbed = { steal: 0.1, wait: 0.4, disturbed: true };
    const shared = found({}, { timeModel: async () => ({ ...timing(0.2, 6), disturbance: disturbed }) });
    const { warnings } = await measurePair({ against: undefined }, shared);
    expect(warnings.map(({ code }) => code)).toEqual(['DISTURBED', 'HARNESS_FLOOR']);
  });

  it('goes on without a figure that cannot be had, and says so', async () => {
    const fails = async () => {
      throw new Error('no room');
    };
    const { after, warnings } = await measurePair(
      { against: undefined, profile: true },
      found({}, { memoryUse: fails, profileModel: fails }),
    );
    expect([after.memory, after.profile]).toEqual([null, undefined]);
    expect(warnings.map(({ code }) => code)).toEqual(['MEMORY_UNKNOWN', 'PROFILE_UNKNOWN']);
  });

  it('refuses two models that take different inputs, and sizes that they do not take', async () => {
    await withModelFile(convolution(16), async ({ path, folder }) => {
      const against = join(folder, 'reference.onnx');
      await writeModel(convolution(16, 'picture'), against);
      await expect(measureWith(found({}), path, { against })).rejects.toThrow('lacks input "image"');
    });
    await expect(measurePair({ inputSizes: ['1x4x8x8'] })).rejects.toThrow('cannot be 1x4x8x8');
    await expect(measurePair({ inputSizes: ['2x3x8x8'], dims: { batch: 1 } })).rejects.toThrow('two sizes');
    const twice = ['1x3x8x8', '2x3x8x8'];
    await expect(measurePair({ inputSizes: twice, batch: [1] })).rejects.toThrow('1x3x8x8 is asked for twice');
  });

  it('measures with the first sample of the caller, which has its own size', async () => {
    const sample = new Float32Array(3 * 5 * 5).fill(1);
    const source = {
      count: 1,
      sample: async () => new Map(),
      samples: async function* () {
        yield new Map([['image', float32Tensor([1, 3, 5, 5], sample)]]);
      },
    };
    const { cases } = await measurePair({ calibration: source, against: undefined });
    expect(cases.map(({ label }) => label)).toEqual(['1x3x5x5']);
    await expect(measurePair({ calibration: source, batch: [2] })).rejects.toThrow('Samples have their own size');
  });

  it('keeps what each run said, and the spread of the latencies', async () => {
    const { cases, after } = await measurePair({ runs: 6 });
    const run = { before: { latencyMs: 4, cpuMs: 4 }, after: { latencyMs: 2, cpuMs: 2 }, cpuRatio: 2, latencyRatio: 2 };
    expect(cases[0]?.runs).toEqual(Array.from({ length: 6 }, () => run));
    expect(after.latencyQuantiles).toEqual(Array.from({ length: 41 }, () => 2));
    const alone = await measurePair({ against: undefined, runs: 120 });
    expect(alone.cases[0]?.runs).toHaveLength(100);
    expect(alone.cases[0]?.runs[0]).toEqual({ after: run.after });
  });

  it('refuses a folder for AIPowerMeter before it measures anything', async () => {
    await withModelFile(convolution(16), async ({ path, folder }) => {
      await writeFile(join(folder, 'full'), '');
      const idle = found({}, { timeModel: () => Promise.reject(new Error('measured')) });
      for (const aiPowerMeter of [folder, join(folder, 'full'), join(folder, 'no', 'where')]) {
        const refused = measureWith(idle, path, { aiPowerMeter, energy: { source: 'none' } });
        await expect(refused).rejects.toMatchObject({ exitCode: 2 });
      }
    });
  });

  it('tells how far it is', async () => {
    const events: CompressEvent[] = [];
    await measurePair({ selfCheck: true, onEvent: (event) => events.push(event) });
    const started = events.flatMap((event) => (event.type === 'step-start' ? [event.step] : []));
    expect(started).toEqual([
      { name: 'self-check', index: 0, count: 2 },
      { name: 'measure 1x3x64x64', index: 1, count: 2 },
    ]);
  });
});

describe('a measurement in onnxruntime', () => {
  const short = { runs: 6, blockMs: 2, memory: false };

  it('finds a network of an eighth of the work faster', async () => {
    await withModelFile(convolution(32), async ({ path, folder }) => {
      const against = join(folder, 'reference.onnx');
      await writeModel(convolution(256), against);
      const report = await measureFiles(path, { ...short, against, energy: { source: 'estimate' } });
      expect([report.verdict, report.cases.length]).toEqual(['better', 1]);
      expect(report.speedup).toBeGreaterThan(2);
      expect(report.after.energy?.kind).toBe('estimated');
    });
  }, 60_000);

  it('reads a counter while the model runs, and counts carbon by the grid', async () => {
    await withModelFile(convolution(8), async ({ path, folder }) => {
      const zone = join(folder, 'powercap', 'intel-rapl:0');
      await mkdir(zone, { recursive: true });
      await writeFile(join(zone, 'name'), 'package-0\n');
      await writeFile(join(zone, 'energy_uj'), '1000000\n');
      await writeFile(join(zone, 'max_energy_range_uj'), '262143328850\n');
      let microjoules = 1_000_000;
      const advance = setInterval(() => {
        microjoules += 50_000;
        void writeFile(join(zone, 'energy_uj'), `${microjoules}\n`);
      }, 10);
      const energy = { source: 'rapl', powercapRoot: join(folder, 'powercap'), gridIntensity: 44 } as const;
      const { after } = await measureFiles(path, { ...short, energy }).finally(() => clearInterval(advance));
      expect([after.energy?.source, after.energy?.kind]).toEqual(['rapl', 'measured']);
      expect(after.energy?.joules).toBeGreaterThan(0);
      expect(after.energy?.carbon?.grid).toBe('44 g/kWh');
    });
  }, 60_000);

  it('writes a folder for the readers of AIPowerMeter', async () => {
    await withModelFile(convolution(8), async ({ path, folder }) => {
      const aiPowerMeter = join(folder, 'power');
      await measureWith(found({}), path, { runs: 2, aiPowerMeter, energy: { source: 'estimate' } });
      expect(await readdir(aiPowerMeter)).toEqual(['input_1x3x64x64', 'summary.csv']);
      const runs = join(aiPowerMeter, 'input_1x3x64x64');
      expect(await readdir(runs)).toHaveLength(2);
      const [line = ''] = (await readFile(join(runs, 'run_1', 'power_metrics.json'), 'utf8')).split('\n');
      const [processId] = /(?<="absolute_cpu_time_per_pid":\{")\d+/.exec(line) ?? [];
      expect(Number(processId)).toBeGreaterThan(0);
      expect(Number(processId)).not.toBe(process.pid);
    });
  }, 60_000);
});
