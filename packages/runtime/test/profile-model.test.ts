import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Model, readModel } from '@onnx-compress/graph';
import { buildModel, ifModelBytes, randomFloats } from '@onnx-compress/test-kit';
import type { HostTensor } from '../src/host/contract.js';
import { type HostFeeds, inputSpecs } from '../src/inputs/input-spec.js';
import type { LayerProfile } from '../src/profile/contract.js';
import { profileModel } from '../src/profile/profile-model.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'profile-test-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const ones = (dims: readonly number[]) => ({
  dataType: 'float32' as const,
  dims,
  bytes: new Uint8Array(new Float32Array(dims.reduce((a, b) => a * b, 1)).fill(1).buffer),
});

function onesFor(model: Model): HostFeeds {
  const shape = (dims: readonly unknown[] = []) => dims.map((dim) => (typeof dim === 'number' ? dim : 1));
  return new Map(inputSpecs(model).map(({ name, dims }) => [name, ones(shape(dims))]));
}

const profile = (model: Model, feeds = onesFor(model)) => profileModel(model, feeds, { seconds: 0.05, folder });

/** What runs, with what is fused into it. */
function running({ layers }: LayerProfile): Record<string, readonly string[]> {
  return Object.fromEntries(layers.flatMap(({ node, timeMs, fused }) => (timeMs > 0 ? [[node, fused]] : [])));
}

/** Living child processes of this one; only Linux tells. */
async function children(): Promise<readonly number[]> {
  const processes = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const states = await Promise.all(processes.map((id) => readFile(`/proc/${id}/stat`, 'utf8').catch(() => '')));
  const isChild = (state: string) => new RegExp(`\\) [^Z] ${process.pid} `).test(state);
  return processes.filter((_, index) => isChild(states[index] ?? '')).map(Number);
}

/** Waits until onnxruntime has begun a profile in a folder below this one: from then on the model runs. */
async function untilRecording(parent: string): Promise<void> {
  while (!(await readdir(parent, { recursive: true })).some((name) => /profile_[^/]*$/.test(name))) await wait(5);
}

const conv = { opType: 'Conv', attributes: { pads: { ints: [1, 1, 1, 1] } } };
const image = { x: ['float32', [1, 16, 16, 16]] } as const;
const norm = randomFloats([16], 3);

describe('the profile of a model', () => {
  it('names each node once and counts fused ones at the node they are fused into', async () => {
    const model = buildModel({
      inputs: image,
      outputs: ['y'],
      weights: { w: randomFloats([16, 16, 3, 3], 1), scale: norm, variance: randomFloats([16], 4) },
      nodes: [
        { ...conv, name: 'conv', inputs: ['x', 'w'], outputs: ['a'] },
        {
          opType: 'BatchNormalization',
          name: 'norm',
          inputs: ['a', 'scale', 'scale', 'scale', 'variance'],
          outputs: ['b'],
        },
        { opType: 'Relu', name: 'relu', inputs: ['b'], outputs: ['y'] },
      ],
    });
    const times = await profile(model);
    expect(times.layers.map(({ node, opType }) => [node, opType])).toEqual([
      ['conv', 'Conv'],
      ['norm', 'BatchNormalization'],
      ['relu', 'Relu'],
    ]);
    expect(Object.keys(running(times))).toEqual(['conv']);
    const { conv: fused = [] } = running(times);
    expect([...fused].sort()).toEqual(['norm', 'relu']);
    expect(times.inferences).toBeGreaterThanOrEqual(2);
    expect(times.layers.reduce((sum, { timeMs }) => sum + timeMs, 0)).toBeLessThanOrEqual(times.totalMs);
  });

  it('tells layout conversions from the nodes of a chain of convolutions, with a sum fused into the last', async () => {
    const model = buildModel({
      inputs: image,
      outputs: ['y'],
      weights: { w: randomFloats([16, 16, 3, 3], 1), v: randomFloats([16, 16, 3, 3], 2) },
      nodes: [
        { ...conv, name: 'first', inputs: ['x', 'w'], outputs: ['a'] },
        { opType: 'Relu', name: 'relu', inputs: ['a'], outputs: ['b'] },
        { ...conv, name: 'second', inputs: ['b', 'v'], outputs: ['c'] },
        { opType: 'Add', name: 'sum', inputs: ['c', 'b'], outputs: ['d'] },
        { opType: 'Relu', name: 'last', inputs: ['d'], outputs: ['y'] },
      ],
    });
    const times = await profile(model);
    const known = ['first', 'relu', 'second', 'sum', 'last'];
    expect(Object.keys(running(times)).every((node) => known.includes(node))).toBe(true);
    expect(running(times)).toMatchObject({ first: ['relu'] });
    expect(times.added.every(({ opType }) => opType.startsWith('Reorder'))).toBe(true);
  });

  it('finds a fused MatMul and Add', async () => {
    const model = buildModel({
      inputs: { x: ['float32', [4, 16]] },
      outputs: ['y'],
      weights: { w: randomFloats([16, 8], 1), bias: randomFloats([8], 2) },
      nodes: [
        { opType: 'MatMul', name: 'product', inputs: ['x', 'w'], outputs: ['p'] },
        { opType: 'Add', name: 'bias', inputs: ['p', 'bias'], outputs: ['y'] },
      ],
    });
    const times = await profile(model);
    expect(running(times)).toEqual({ product: ['bias'] });
    expect(times.added).toEqual([]);
  });

  it('counts the nodes of a branch at themselves', async () => {
    const model = await readModel(ifModelBytes());
    const condition = { dataType: 'bool', dims: [], bytes: new Uint8Array([1]) } as const;
    const times = await profile(
      model,
      new Map<string, HostTensor>([
        ['condition', condition],
        ['x', ones([1, 16])],
      ]),
    );
    const timeOf = (type: string) =>
      times.layers.filter(({ opType }) => opType === type).map(({ timeMs }) => timeMs > 0);
    expect(timeOf('If')).toEqual([true]);
    expect(timeOf('MatMul')).toEqual([true, false]);
    expect(times.layers.reduce((sum, { timeMs }) => sum + timeMs, 0)).toBeLessThanOrEqual(times.totalMs);
    await model.close();
  });

  it('labels nodes without name, and leaves the names of the model alone', async () => {
    const model = buildModel({
      inputs: { profiled0_1_: ['float32', [4]] },
      outputs: ['y'],
      nodes: [
        { opType: 'Exp', name: '', inputs: ['profiled0_1_'], outputs: ['profiled0_0_'] },
        { opType: 'Neg', name: '', inputs: ['profiled0_0_'], outputs: ['profiled1_7_'] },
        { opType: 'Exp', name: 'profiled0_0_', inputs: ['profiled1_7_'], outputs: ['y'] },
      ],
    });
    const labels = [...model.nodes()].map(({ label }) => label);
    const times = await profile(model);
    expect(Object.keys(running(times))).toEqual(labels);
    expect([...model.nodes()].map(({ name }) => name)).toEqual(['', '', 'profiled0_0_']);
  });

  it('counts an operator that onnxruntime replaces by its definition as one', async () => {
    const model = buildModel({
      opset: 21,
      inputs: image,
      outputs: ['y'],
      weights: { scale: norm },
      nodes: [
        {
          opType: 'GroupNormalization',
          name: 'norm',
          inputs: ['x', 'scale', 'scale'],
          outputs: ['n'],
          attributes: { num_groups: { int: 4 } },
        },
        { opType: 'Exp', name: 'exp', inputs: ['n'], outputs: ['y'] },
      ],
    });
    const times = await profile(model);
    expect(Object.keys(running(times))).toEqual(['norm', 'exp']);
    expect(times.added).toEqual([]);
  });

  it('computes float16 in float32 between casts that count as added', async () => {
    const half = { dataType: 'float16', dims: [1, 4], bytes: new Uint8Array(8) } as const;
    const model = buildModel({
      inputs: { x: ['float16', [1, 4]] },
      outputs: ['y'],
      nodes: [{ opType: 'Softplus', name: 'softplus', inputs: ['x'], outputs: ['y'] }],
    });
    const times = await profile(model, new Map([['x', half]]));
    expect(running(times)).toEqual({ softplus: [] });
    expect(times.added.map(({ opType }) => opType)).toEqual(['Cast']);
  });

  const exponential = (size: number) =>
    buildModel({
      inputs: { x: ['float32', [size]] },
      outputs: ['y'],
      nodes: [{ opType: 'Exp', inputs: ['x'], outputs: ['y'] }],
    });

  it('leaves no files behind, also when it fails or is cancelled', async () => {
    const model = exponential(4);
    await expect(profile(model, new Map([['x', ones([3])]]))).rejects.toMatchObject({ code: 'RUNTIME_RUN' });
    const controller = new AbortController();
    const cancelled = profileModel(model, onesFor(model), { folder, signal: controller.signal });
    setTimeout(() => controller.abort(), 30);
    await expect(cancelled).rejects.toMatchObject({ exitCode: 130 });
    await profile(model);
    expect(await readdir(folder)).toEqual([]);
  });

  it('leaves neither files nor a process behind when it is cancelled in the middle', async () => {
    const model = exponential(1e6);
    const controller = new AbortController();
    const before = await children();
    const cancelled = profileModel(model, onesFor(model), { folder, seconds: 60, signal: controller.signal });
    void untilRecording(folder).then(() => controller.abort());
    await expect(cancelled).rejects.toMatchObject({ exitCode: 130 });
    expect([await readdir(folder), await children()]).toEqual([[], before]);
  });

  const onLinux = process.platform === 'linux' ? it : it.skip;
  onLinux('leaves no files behind when its process dies', async () => {
    const model = exponential(1e6);
    const before = await children();
    const failed = profileModel(model, onesFor(model), { folder, seconds: 60 });
    const kill = async () => {
      await untilRecording(folder);
      for (const child of await children()) if (!before.includes(child)) process.kill(child, 'SIGKILL');
    };
    await Promise.all([kill(), expect(failed).rejects.toMatchObject({ phase: 'crash' })]);
    expect(await readdir(folder)).toEqual([]);
  });
});
