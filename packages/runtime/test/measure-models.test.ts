import { existsSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import { CancelledError } from '@onnx-compress/core';
import { float32Tensor, modelBytes, type NodeSpec } from '@onnx-compress/graph';
import { buildModel, randomFloats } from '@onnx-compress/test-kit';
import type { HostTensor } from '../src/host/contract.js';
import { HostError } from '../src/host/errors.js';
import { createHost } from '../src/host/host.js';
import type { TimingHost } from '../src/host/timing-contract.js';
import { compareModels } from '../src/measure/compare-models.js';
import type { TimedModel } from '../src/measure/contract.js';
import { harnessFloor } from '../src/measure/harness-floor.js';
import { memoryUse } from '../src/measure/memory-use.js';
import { timeModel } from '../src/measure/time-model.js';

const SIZE = 128;

/** A chain of matrix products, 2 million MACs each. */
async function chain(length: number, feeds = zeros(SIZE)): Promise<TimedModel> {
  const nodes = Array.from({ length }, (_, index): NodeSpec => {
    const output = index === length - 1 ? 'y' : `h${index + 1}`;
    return { opType: 'MatMul', inputs: [index === 0 ? 'x' : `h${index}`, 'w'], outputs: [output] };
  });
  const weights = { w: randomFloats([SIZE, SIZE], 1, 0.1) };
  const model = buildModel({ inputs: { x: ['float32', ['n', SIZE]] }, outputs: ['y'], weights, nodes });
  return { location: { bytes: await modelBytes(model) }, feeds };
}

function zeros(rows: number, columns = SIZE): Map<string, HostTensor> {
  return new Map([['x', { dataType: 'float32', dims: [rows, columns], bytes: new Uint8Array(rows * columns * 4) }]]);
}

/** A model that adds the rows of a table of so many mebibytes. */
async function table(mebibytes: number): Promise<TimedModel> {
  const rows = (mebibytes * 2 ** 20) / (4 * SIZE);
  const model = buildModel({
    inputs: { x: ['float32', [1, SIZE]] },
    outputs: ['y'],
    weights: { w: float32Tensor([rows, SIZE], new Float32Array(rows * SIZE)) },
    nodes: [{ opType: 'Add', inputs: ['x', 'w'], outputs: ['y'] }],
  });
  return { location: { bytes: await modelBytes(model) }, feeds: zeros(1) };
}

/** Numbers of the child processes of this one; none where the system does not tell. */
function childProcesses(): string {
  const file = `/proc/${process.pid}/task/${process.pid}/children`;
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

const hosts: TimingHost[] = [];
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.close();
});

describe('timing beside onnxruntime', () => {
  it('runs the blocks in their order, as long as they were asked for', async () => {
    const host = createHost('process');
    hosts.push(host);
    const { location, feeds } = await chain(1);
    const session = await host.open(location, { threads: 1 });
    expect(session.loadMs).toBeGreaterThan(0);
    await session.bind(feeds);
    const blocks = await host.time([
      { session, calls: 3 },
      { session, calls: 1, minimumMs: 20 },
      { session, calls: 1_000_000, maximumMs: 20 },
    ]);
    const [counted, long, stopped] = blocks;
    expect(counted?.latencies).toHaveLength(3);
    expect(long?.latencies.reduce((sum, latency) => sum + latency, 0)).toBeGreaterThanOrEqual(20);
    expect(stopped?.latencies.length).toBeLessThan(1_000_000);
    for (const { cpuMs } of blocks) expect(cpuMs).toBeGreaterThan(0);
  });

  it('refuses sessions without inputs, released ones, and inputs that do not fit', async () => {
    const host = createHost('process');
    hosts.push(host);
    const { location, feeds } = await chain(1);
    const session = await host.open(location);
    await expect(host.time([{ session, calls: 1 }])).rejects.toThrow('no inputs were bound');
    await expect(session.bind(new Map([['z', zeros(1).get('x') ?? fail()]]))).rejects.toThrow('no input "z"');
    await session.bind(zeros(2, 3));
    await expect(host.time([{ session, calls: 1 }])).rejects.toThrow(HostError);
    await session.bind(feeds);
    await session.release();
    await expect(host.time([{ session, calls: 1 }])).rejects.toThrow('released');
    await host.close();
    await expect(host.time([{ session, calls: 1 }])).rejects.toThrow('gone');
  });

  it('serves a worker thread as well, without taking the caller its inputs', async () => {
    const host = createHost('worker');
    hosts.push(host);
    const { location, feeds } = await chain(1);
    const session = await host.open(location, { threads: 1 });
    await session.bind(feeds);
    expect(feeds.get('x')).toMatchObject({ bytes: { byteLength: 4 * SIZE * SIZE } });
    const [block] = await host.time([{ session, calls: 2 }]);
    expect(block?.latencies).toHaveLength(2);
    expect((await host.usage()).peakBytes).toBeGreaterThan(1e6);
  });
});

function fail(): never {
  throw new Error('the test is wrong');
}

describe('compareModels', () => {
  it('calls a model with a tenth of the work better', async () => {
    const [short, long] = [await chain(2), await chain(20)];
    const comparison = await compareModels(long, short, { runs: 6 });
    expect(comparison.cpu).toMatchObject({ verdict: 'better' });
    expect(comparison.latency).toMatchObject({ verdict: 'better' });
    expect(comparison.cpu.ratio).toBeGreaterThan(2);
    expect(comparison.cpu.ratios).toHaveLength(6);
    expect(comparison.metric).toBe('cpu');
    expect(comparison.before.cpuMs).toBeGreaterThan(comparison.after.cpuMs);
  }, 60_000);

  it('judges wall time on more threads', async () => {
    const model = await chain(1);
    expect(await compareModels(model, model, { runs: 6, threads: 2 })).toMatchObject({ metric: 'latency' });
  }, 60_000);

  it('leaves the event loop of the caller free', async () => {
    const model = await chain(2);
    let turns = 0;
    const timer = setInterval(() => turns++, 5);
    await compareModels(model, model, { runs: 6 });
    clearInterval(timer);
    expect(turns).toBeGreaterThan(20);
  }, 60_000);

  it('gives the error of a model that does not load or run', async () => {
    const good = await chain(1);
    const broken = { ...good, location: { bytes: Uint8Array.of(1, 2, 3) } };
    await expect(compareModels(good, broken)).rejects.toMatchObject({ phase: 'load' });
    await expect(compareModels(good, await chain(1, zeros(2, 3)))).rejects.toMatchObject({ phase: 'run' });
  }, 60_000);

  it('stops at once when cancelled, in the middle of a block, and leaves no process', async () => {
    // One inference of it takes minutes.
    const endless = await chain(20_000, zeros(4096));
    const before = childProcesses();
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 500);
    await expect(compareModels(endless, endless, { signal: abort.signal })).rejects.toThrow(CancelledError);
    expect(childProcesses()).toEqual(before);
  }, 20_000);
});

describe('timeModel', () => {
  it('gives one record for each run', async () => {
    const timing = await timeModel(await chain(1), { runs: 6 });
    expect(timing.runs).toHaveLength(6);
    expect(timing.inferences).toBe(timing.runs.reduce((sum, run) => sum + run.latencies.length, 0));
    expect(timing.latencyMs.min).toBeLessThanOrEqual(timing.latencyMs.p50);
    expect(timing.latencyMs.p99).toBeLessThanOrEqual(timing.latencyMs.max);
    expect(timing.cpuMs).toBeGreaterThan(0);
    expect(timing.disturbance.disturbed).toEqual(expect.any(Boolean));
  }, 60_000);
});

describe('harnessFloor', () => {
  it('is less than a model with work in it', async () => {
    const floor = await harnessFloor({ runs: 6 });
    const { latencyMs } = await timeModel(await chain(20), { runs: 6 });
    expect(floor.cpuMs).toBeGreaterThan(0);
    expect(floor.latencyMs).toBeLessThan(latencyMs.p50);
  }, 60_000);
});

describe('memoryUse', () => {
  it('grows with the weights', async () => {
    const small = await memoryUse(await table(1));
    const large = await memoryUse(await table(32));
    expect(small.peakBytes).toBeGreaterThan(small.baseBytes);
    expect(large.peakBytes - large.baseBytes).toBeGreaterThan(small.peakBytes - small.baseBytes + 30 * 2 ** 20);
  }, 60_000);

  it('gives the error of a model that does not run', async () => {
    await expect(memoryUse(await chain(1, zeros(2, 3)))).rejects.toThrow(HostError);
  });
});
