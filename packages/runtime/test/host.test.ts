import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from '@jest/globals';
import { CancelledError } from '@onnx-compress/core';
import { type DataType, float32Tensor, modelBytes, type NodeSpec } from '@onnx-compress/graph';
import { buildModel, randomFloats } from '@onnx-compress/test-kit';
import onnxProto from 'onnx-proto';
import type { BytesTensor, Host, HostTensor, HostTransport } from '../src/host/contract.js';
import { HostError } from '../src/host/errors.js';
import { createHost } from '../src/host/host.js';

const { onnx } = onnxProto;

const hosts: Host[] = [];
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.close();
});

function hostOf(transport: HostTransport): Host {
  const host = createHost(transport);
  hosts.push(host);
  return host;
}

const identity = (dataType: DataType): Promise<Uint8Array> =>
  modelBytes(
    buildModel({
      inputs: { x: [dataType, ['n']] },
      outputs: { y: [dataType, ['n']] },
      nodes: [{ opType: 'Identity', inputs: ['x'], outputs: ['y'] }],
    }),
  );

/** A model that adds a weight kept in a file of its own. */
function addExternal(location: string): Uint8Array {
  const { FLOAT } = onnx.TensorProto.DataType;
  const vector = { tensorType: { elemType: FLOAT, shape: { dim: [{ dimValue: 2 }] } } };
  const dataLocation = onnx.TensorProto.DataLocation.EXTERNAL;
  const externalData = [{ key: 'location', value: location }];
  const model = onnx.ModelProto.create({
    irVersion: 8,
    opsetImport: [{ domain: '', version: 17 }],
    graph: {
      name: 'external',
      input: [{ name: 'x', type: vector }],
      initializer: [{ name: 'w', dims: [2], dataType: FLOAT, dataLocation, externalData }],
      node: [{ opType: 'Add', input: ['x', 'w'], output: ['y'] }],
      output: [{ name: 'y', type: vector }],
    },
  });
  return Uint8Array.from(onnx.ModelProto.encode(model).finish());
}

/** A model that keeps one core busy for a good part of a second. */
function longModel(): Promise<Uint8Array> {
  const size = 512;
  const nodes = Array.from({ length: 120 }, (_, index): NodeSpec => {
    const input = index === 0 ? 'x' : `h${index}`;
    return { opType: 'MatMul', inputs: [input, 'x'], outputs: [index === 119 ? 'y' : `h${index + 1}`] };
  });
  return modelBytes(buildModel({ inputs: { x: ['float32', [size, size]] }, outputs: ['y'], nodes }));
}

const longFeeds = (): Map<string, HostTensor> =>
  new Map([['x', { dataType: 'float32', dims: [512, 512], bytes: new Uint8Array(512 * 512 * 4) }]]);

const bytesOf = (array: ArrayBufferView): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

const ROUND_TRIPS: readonly BytesTensor[] = [
  { dataType: 'float32', dims: [2], bytes: bytesOf(Float32Array.of(1.5, -0)) },
  { dataType: 'float64', dims: [2], bytes: bytesOf(Float64Array.of(Math.PI, -1e300)) },
  { dataType: 'float16', dims: [3], bytes: bytesOf(Uint16Array.of(0x3c00, 0xc000, 0x7bff)) },
  { dataType: 'int8', dims: [2], bytes: bytesOf(Int8Array.of(-128, 127)) },
  { dataType: 'uint8', dims: [2], bytes: Uint8Array.of(0, 255) },
  { dataType: 'int16', dims: [1], bytes: bytesOf(Int16Array.of(-32768)) },
  { dataType: 'uint16', dims: [1], bytes: bytesOf(Uint16Array.of(65535)) },
  { dataType: 'int32', dims: [2], bytes: bytesOf(Int32Array.of(-7, 2 ** 31 - 1)) },
  { dataType: 'uint32', dims: [1], bytes: bytesOf(Uint32Array.of(2 ** 32 - 1)) },
  { dataType: 'int64', dims: [2], bytes: bytesOf(BigInt64Array.of(-(2n ** 63n), 2n ** 60n + 1n)) },
  { dataType: 'uint64', dims: [1], bytes: bytesOf(BigUint64Array.of(2n ** 64n - 1n)) },
  { dataType: 'bool', dims: [3], bytes: Uint8Array.of(1, 0, 1) },
  { dataType: 'float32', dims: [0], bytes: new Uint8Array(0) },
];

describe.each(['worker', 'process'] as const)('host over a %s', (transport) => {
  it.each(ROUND_TRIPS)('hands $dataType tensors of shape $dims over unchanged', async (tensor) => {
    const session = await hostOf(transport).open({ bytes: await identity(tensor.dataType) });
    expect((await session.run(new Map([['x', tensor]]))).get('y')).toEqual(tensor);
  });

  it('hands strings over unchanged', async () => {
    const session = await hostOf(transport).open({ bytes: await identity('string') });
    const text: HostTensor = { dataType: 'string', dims: [3], strings: ['', 'grüße', 'x'.repeat(1000)] };
    expect((await session.run(new Map([['x', text]]))).get('y')).toEqual(text);
  });

  it('leaves the caller its feeds, and reads views at odd offsets', async () => {
    const session = await hostOf(transport).open({ bytes: await identity('float32') });
    const whole = new Uint8Array(4096);
    const view = whole.subarray(3, 11);
    view.set(bytesOf(Float32Array.of(3, 4)));
    const outputs = await session.run(new Map([['x', { dataType: 'float32', dims: [2], bytes: view }]]));
    expect(outputs.get('y')).toEqual({ dataType: 'float32', dims: [2], bytes: bytesOf(Float32Array.of(3, 4)) });
    expect(whole.byteLength).toBe(4096);
  });

  it('describes inputs and outputs with symbolic and unknown dimensions', async () => {
    const model = buildModel({
      inputs: { x: ['float32', ['batch', 3, undefined]] },
      outputs: ['y'],
      nodes: [{ opType: 'Relu', inputs: ['x'], outputs: ['y'] }],
    });
    const session = await hostOf(transport).open({ bytes: await modelBytes(model) });
    const type = { dataType: 'float32', dims: ['batch', 3, undefined], transferable: true };
    expect(session.inputs).toEqual([{ name: 'x', ...type }]);
    expect(session.outputs).toEqual([{ name: 'y', ...type }]);
  });

  it('leaves outputs out that would end the process, and says so', async () => {
    const model = buildModel({
      opset: 21,
      irVersion: 10,
      inputs: { x: ['float32', [8]] },
      outputs: ['small', 'y'],
      nodes: [
        { opType: 'Cast', inputs: ['x'], outputs: ['small'], attributes: { to: { int: 22 } } },
        { opType: 'Relu', inputs: ['x'], outputs: ['y'] },
      ],
    });
    const session = await hostOf(transport).open({ bytes: await modelBytes(model) });
    const feeds = new Map([['x', { dataType: 'float32', dims: [8], bytes: new Uint8Array(32) } as const]]);
    expect(session.unfetchable).toEqual(['small']);
    expect([...(await session.run(feeds)).keys()]).toEqual(['y']);
    await expect(session.run(feeds, { fetches: ['small'] })).rejects.toMatchObject({ code: 'RUNTIME_UNFETCHABLE' });
  });

  it('keeps the event loop free during a run', async () => {
    const session = await hostOf(transport).open({ bytes: await longModel() }, { threads: 1 });
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    await session.run(longFeeds());
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(5);
  });

  it('rejects at once when cancelled during a run, and opens again', async () => {
    const host = hostOf(transport);
    const bytes = await longModel();
    const session = await host.open({ bytes }, { threads: 1 });
    const abort = new AbortController();
    let finished = false;
    const running = session.run(longFeeds(), { signal: abort.signal }).then(() => {
      finished = true;
    });
    setTimeout(() => abort.abort(), 20);
    await expect(running).rejects.toBeInstanceOf(CancelledError);
    expect(finished).toBe(false);
    await expect(session.run(longFeeds())).rejects.toMatchObject({ code: 'RUNTIME_SESSION_LOST' });
    await session.release();
    const again = await host.open({ bytes: await identity('bool') });
    expect(again.inputs).toHaveLength(1);
  });

  it('does not start when cancelled before', async () => {
    const session = await hostOf(transport).open({ bytes: await identity('float32') });
    await expect(session.run(new Map(), { signal: AbortSignal.abort() })).rejects.toBeInstanceOf(CancelledError);
    const feeds = new Map([['x', { dataType: 'float32', dims: [1], bytes: new Uint8Array(4) } as const]]);
    expect((await session.run(feeds)).size).toBe(1);
  });

  it('answers concurrent runs of several sessions', async () => {
    const host = hostOf(transport);
    const sessions = await Promise.all([
      host.open({ bytes: await identity('int8') }),
      host.open({ bytes: await identity('int8') }),
    ]);
    const runs = sessions.flatMap((session, index) =>
      [1, 2, 3].map((value) => {
        const bytes = Uint8Array.of(value * 10 + index);
        return session.run(new Map([['x', { dataType: 'int8', dims: [1], bytes } as const]]));
      }),
    );
    const values = (await Promise.all(runs)).map((outputs) => outputs.get('y'));
    expect(values.map((tensor) => tensor?.dataType === 'int8' && tensor.bytes[0])).toEqual([10, 20, 30, 11, 21, 31]);
  });

  it.each([
    ['nothing', new Uint8Array(0), /it is empty/],
    ['a text file', new TextEncoder().encode('not a model'), /protobuf parsing failed$/],
  ])('refuses %s in one line', async (_, bytes, reason) => {
    const error: unknown = await hostOf(transport)
      .open({ bytes })
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(HostError);
    expect(error).toMatchObject({ phase: 'load', code: 'RUNTIME_LOAD', message: expect.stringMatching(reason) });
  });

  it('refuses feeds that the model cannot take, naming the input', async () => {
    const session = await hostOf(transport).open({ bytes: await identity('float32') });
    const wrong: HostTensor = { dataType: 'int32', dims: [1], bytes: new Uint8Array(4) };
    await expect(session.run(new Map())).rejects.toThrow("input 'x' is missing");
    await expect(session.run(new Map([['x', wrong]]))).rejects.toThrow(/int32/);
    await expect(session.run(new Map([['z', wrong]]))).rejects.toMatchObject({ hint: 'Its inputs are "x".' });
  });

  it('runs at every optimization level', async () => {
    const weights = { w: float32Tensor([4, 4], new Float32Array(16).fill(0.5)) };
    const model = buildModel({
      inputs: { x: ['float32', [1, 4]] },
      outputs: ['y'],
      weights,
      nodes: [{ opType: 'MatMul', inputs: ['x', 'w'], outputs: ['y'] }],
    });
    const host = hostOf(transport);
    for (const optimization of ['disabled', 'basic', 'extended', 'all'] as const) {
      const session = await host.open({ bytes: await modelBytes(model) }, { optimization, threads: 1 });
      const x: HostTensor = { dataType: 'float32', dims: [1, 4], bytes: bytesOf(Float32Array.of(1, 2, 3, 4)) };
      expect((await session.run(new Map([['x', x]]))).get('y')).toMatchObject({
        bytes: bytesOf(Float32Array.of(5, 5, 5, 5)),
      });
      await session.release();
    }
  });

  it('opens a file, and bytes whose external data are given', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'host-'));
    const host = hostOf(transport);
    try {
      const path = join(folder, 'model.onnx');
      await writeFile(path, await identity('int8'));
      expect((await host.open({ path })).inputs).toHaveLength(1);
      await expect(host.open({ path: join(folder, 'none.onnx') })).rejects.toThrow(/none\.onnx.*doesn't exist$/);
    } finally {
      await rm(folder, { recursive: true });
    }
    const w = bytesOf(Float32Array.of(10, 20));
    const session = await host.open({ bytes: addExternal('w.bin'), external: [{ path: 'w.bin', bytes: w }] });
    const x: HostTensor = { dataType: 'float32', dims: [2], bytes: bytesOf(Float32Array.of(1, 2)) };
    expect((await session.run(new Map([['x', x]]))).get('y')).toMatchObject({
      bytes: bytesOf(Float32Array.of(11, 22)),
    });
  });

  it('refuses a released session', async () => {
    const session = await hostOf(transport).open({ bytes: await identity('float32') });
    await session.release();
    await session.release();
    await expect(session.run(new Map())).rejects.toMatchObject({ code: 'RUNTIME_SESSION_RELEASED' });
  });
});

const RUN_ONCE = `
  const [transport, path] = process.argv.slice(1);
  const { createHost } = await import(${JSON.stringify(new URL('../dist/index.js', import.meta.url).href)});
  const host = createHost(transport);
  await host.open({ path });
  await host.close();
`;

describe('onnxruntime in a host', () => {
  it.each(['worker', 'process'])(
    'reports nothing to its maker: over a %s it keeps no record of it',
    async (transport) => {
      const folder = await mkdtemp(join(tmpdir(), 'host-test-'));
      try {
        const path = join(folder, 'model.onnx');
        await writeFile(path, await identity('float32'));
        const { CI: _ci, ORT_DISABLE_TELEMETRY: _choice, ...environment } = process.env;
        const argv = ['--input-type=module', '--eval', RUN_ONCE, transport, path];
        await promisify(execFile)(process.execPath, argv, { env: { ...environment, TMPDIR: folder } });
        expect(await readdir(folder)).toEqual(['model.onnx']);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  );
});

describe('memory of a host', () => {
  it('gives the weights of 60 released sessions back', async () => {
    const megabyte = 2 ** 20;
    const model = buildModel({
      inputs: { x: ['float32', [1, 1024]] },
      outputs: ['y'],
      weights: { w: randomFloats([1024, 1024], 1) },
      nodes: [{ opType: 'MatMul', inputs: ['x', 'w'], outputs: ['y'] }],
    });
    const bytes = await modelBytes(model);
    const host = hostOf('worker');
    const openAndRelease = async (): Promise<void> => {
      const session = await host.open({ bytes }, { threads: 1 });
      await session.release();
    };
    for (let warmUp = 0; warmUp < 5; warmUp++) await openAndRelease();
    const before = process.memoryUsage().rss;
    for (let round = 0; round < 60; round++) await openAndRelease();
    expect((process.memoryUsage().rss - before) / megabyte).toBeLessThan(120);
  });
});
