import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { UsageError } from '@onnx-compress/core';
import { localTime } from '../src/measure/ai-power-meter/local-time.js';
import type { MeteredEnergy, MeteredModel, MeteredRun } from '../src/measure/ai-power-meter/measurement.js';
import { writeAiPowerMeter } from '../src/measure/ai-power-meter/write-ai-power-meter.js';
import { ExpResults, loadText, walk } from './support/ai-power-meter-reader.js';

let parent = '';

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'onnx-compress-meter-'));
});

afterEach(() => rm(parent, { recursive: true, force: true }));

const RAPL: MeteredEnergy = {
  source: 'rapl',
  kind: 'measured',
  scope: 'package',
  joules: 203,
  low: 202,
  high: 204,
  seconds: 10,
  domains: { 'package-0': 203, core: 150, uncore: 8, dram: 12 },
};

const ESTIMATE: MeteredEnergy = {
  source: 'estimate',
  kind: 'estimated',
  scope: 'process',
  joules: 36,
  low: 12.6,
  high: 180,
  seconds: 10,
  domains: {},
};

const NVIDIA: MeteredEnergy = {
  source: 'nvidia',
  kind: 'measured',
  scope: 'device',
  joules: 1000,
  low: 900,
  high: 1100,
  seconds: 10,
  domains: { 'gpu-0': 700, 'gpu-1': 300 },
  devices: [
    { name: 'gpu-0', memoryBytes: 4e9, utilization: 0.8 },
    { name: 'gpu-1', memoryBytes: 1e9, utilization: 0.2 },
  ],
};

const run = (rest: Partial<MeteredRun> = {}): MeteredRun => ({
  startedAt: new Date(2026, 10, 22, 4, 54, 34, 589),
  seconds: 10,
  processId: 4711,
  cpuSeconds: 9,
  latencies: [2500, 2400, 2600, 2500.0001],
  ...rest,
});

const model = (...runs: readonly MeteredRun[]): MeteredModel => ({
  description: 'lenet.onnx on CPU, 1 thread',
  inputs: [{ label: '1x3x32x32', runs }],
});

/** Writes one run and reads it back as AIPowerMeter does. */
async function readBack(rest: Partial<MeteredRun>): Promise<ExpResults> {
  const folder = join(parent, 'power');
  await writeAiPowerMeter(folder, model(run(rest)));
  const results = new ExpResults(join(folder, 'input_1x3x32x32', 'run_1'));
  results.checkPrint();
  return results;
}

describe('files of AIPowerMeter', () => {
  it('lie where its readers look, and nothing else does', async () => {
    const folder = join(parent, 'power');
    const inputs = [
      { label: '1x3x32x32', runs: [run(), run()] },
      { label: '1x3x64x64,1x10', runs: [run()] },
      { label: 'batch_8', runs: [run()] },
    ];
    await writeAiPowerMeter(folder, { description: 'x', inputs });
    expect((await readdir(folder)).sort()).toEqual([
      'input_1x3x32x32',
      'input_1x3x64x64-1x10',
      'input_batch-8',
      'summary.csv',
    ]);
    const found = walk(folder);
    expect([...found.keys()].sort()).toEqual(['1x3x32x32', '1x3x64x64-1x10', 'batch-8']);
    expect(found.get('1x3x32x32')).toHaveLength(2);
    for (const path of [...found.values()].flat()) {
      expect((await readdir(path)).sort()).toEqual(['latency.csv', 'metadata.json', 'power_metrics.json']);
    }
    expect(await readdir(parent)).toEqual(['power']);
  });

  it('give back the very joules of the counter', async () => {
    const results = await readBack({ energy: RAPL });
    expect(results.total('intel_power')).toBeCloseTo(203, 3);
    expect(results.total('total_cpu_power')).toBeCloseTo(150, 3);
    expect(results.total('uncore_power')).toBeCloseTo(8, 3);
    expect(results.total('absolute_cpu_time_per_pid')).toBeCloseTo(9, 4);
    expect(results.description).toBe('lenet.onnx on CPU, 1 thread');
  });

  it('hold the power of the memory only beside its use, without which the reader fails', async () => {
    expect((await readBack({ energy: RAPL })).cpu.has('total_dram_power')).toBe(false);
    await rm(join(parent, 'power'), { recursive: true });
    const memory = { proportional: 5e7, unique: 4e7, machine: 9e9 };
    const results = await readBack({ energy: RAPL, memory });
    expect(results.total('total_dram_power')).toBeCloseTo(12, 4);
    expect(results.cpu.get('per_process_mem_use_abs')?.[0]?.value).toBe(5e7);
  });

  it('never hold an estimate where readers look for a measurement', async () => {
    const results = await readBack({ energy: ESTIMATE });
    expect([...results.cpu.keys()]).toEqual(['estimated_cpu_power', 'absolute_cpu_time_per_pid']);
    expect(results.total('estimated_cpu_power')).toBeCloseTo(36, 3);
    expect(results.total('intel_power')).toBeUndefined();
  });

  it('leave out what was not measured', async () => {
    const results = await readBack({});
    expect([...results.cpu.keys()]).toEqual(['absolute_cpu_time_per_pid']);
    expect(results.gpu.size).toBe(0);
  });

  it('give power, memory and use of every graphics device', async () => {
    const results = await readBack({ energy: NVIDIA });
    expect(results.total('nvidia_power')).toBeCloseTo(1000, 2);
    expect(results.total('per_gpu_nvidia_power/1')).toBeCloseTo(300, 2);
    expect(results.gpu.get('nvidia_use_rate')?.[0]?.value).toBeCloseTo(0.5, 9);
    expect(results.gpu.get('nvidia_memory')?.[0]?.value).toBe(5e9);
  });

  it('leave the graphics devices out where one of their figures lacks, without which the reader fails', async () => {
    const results = await readBack({ energy: { ...NVIDIA, devices: [{ name: 'gpu-0' }, { name: 'gpu-1' }] } });
    expect(results.gpu.size).toBe(0);
  });

  it('say where a figure comes from beside the figures, not among them', async () => {
    await readBack({ energy: ESTIMATE });
    const text = await readFile(join(parent, 'power', 'input_1x3x32x32', 'run_1', 'power_metrics.json'), 'utf8');
    const [first = ''] = text.split('\n');
    expect(JSON.parse(first)).toMatchObject({
      date: '2026-11-22 04:54:34.589000',
      onnx_compress: { inferences: 4, energy: { source: 'estimate', kind: 'estimated', scope: 'process', low: 12.6 } },
    });
    expect(text).not.toContain('END OF RECORDING SEGMENT');
  });

  it('list every latency in seconds', async () => {
    await readBack({});
    expect(loadText(join(parent, 'power', 'input_1x3x32x32', 'run_1', 'latency.csv'))).toEqual([
      2.5, 2.4, 2.6, 2.5000001,
    ]);
  });

  it('are summed up for one inference, with empty cells where nothing was measured', async () => {
    const folder = join(parent, 'power');
    const second = { ...RAPL, joules: 207, low: 206, high: 208 };
    await writeAiPowerMeter(folder, {
      description: 'x',
      inputs: [
        { label: '1x3x32x32', runs: [run({ energy: RAPL }), run({ energy: second })] },
        { label: '1x3x64x64', runs: [run({ energy: ESTIMATE })] },
      ],
    });
    expect(await readFile(join(folder, 'summary.csv'), 'utf8')).toBe(
      ',intel_power,total_cpu_power,mem_use_abs,nvidia_draw_absolute,nvidia_estimated_attributable_power_draw,' +
        'per_gpu_attributable_mem_use,sm,latency,estimated_cpu_power,energy_low,energy_high,cpu_time,inferences\n' +
        '1x3x32x32,51.25,37.5,,,,,,2.50000005,,51,51.5,2.25,4\n' +
        '1x3x64x64,,,,,,,,2.50000005,9,3.15,45,2.25,4\n',
    );
  });
});

describe('the folder of AIPowerMeter', () => {
  it('may exist if it is empty', async () => {
    await writeAiPowerMeter(parent, model(run()));
    expect((await readdir(parent)).sort()).toEqual(['input_1x3x32x32', 'summary.csv']);
  });

  it('is left alone if it has files in it', async () => {
    await writeFile(join(parent, 'notes.txt'), 'mine');
    await expect(writeAiPowerMeter(parent, model(run()))).rejects.toThrow(UsageError);
    expect(await readdir(parent)).toEqual(['notes.txt']);
  });

  it.each([
    ['a file is in its place', 'notes.txt'],
    ['it would lie in no folder', join('absent', 'power')],
    ['it would lie in a file', join('notes.txt', 'power')],
  ])('is refused where %s', async (_, path) => {
    await writeFile(join(parent, 'notes.txt'), 'mine');
    await expect(writeAiPowerMeter(join(parent, path), model(run()))).rejects.toThrow(UsageError);
    expect(await readdir(parent)).toEqual(['notes.txt']);
  });

  it('is not made where something fails on the way', async () => {
    const label = 'x'.repeat(300);
    const broken = {
      description: 'x',
      inputs: [
        { label: '1x3', runs: [run()] },
        { label, runs: [run()] },
      ],
    };
    await expect(writeAiPowerMeter(join(parent, 'power'), broken)).rejects.toThrow(UsageError);
    expect(await readdir(parent)).toEqual([]);
  });

  it('is not made for two input sizes of one label or a run without inferences', async () => {
    const folder = join(parent, 'power');
    const twice = { label: '1x3', runs: [run()] };
    await expect(writeAiPowerMeter(folder, { description: 'x', inputs: [twice, twice] })).rejects.toThrow('1x3');
    await expect(writeAiPowerMeter(folder, model(run({ latencies: [] })))).rejects.toThrow('no inference');
    expect(await readdir(parent)).toEqual([]);
  });

  it('can be read by others where the system says so', async () => {
    const plain = join(parent, 'plain');
    await mkdir(plain);
    const folder = join(parent, 'power');
    await writeAiPowerMeter(folder, model(run()));
    expect((await stat(folder)).mode).toBe((await stat(plain)).mode);
  });
});

describe('local time', () => {
  it('has six digits of the second, also where they round up to the next', () => {
    const second = new Date(2026, 0, 2, 3, 4, 5).getTime();
    expect(localTime(second)).toBe('2026-01-02 03:04:05.000000');
    expect(localTime(second + 1.25)).toBe('2026-01-02 03:04:05.001250');
    expect(localTime(second + 999.9997)).toBe('2026-01-02 03:04:06.000000');
  });
});
