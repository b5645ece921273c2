import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { modelBytes } from '@onnx-compress/graph';
import { buildModel } from '@onnx-compress/test-kit';
import { cleanMessage } from '../src/host/clean-message.js';
import type { HostTransport } from '../src/host/contract.js';
import { cpuFeatures, runtimeEnvironment } from '../src/host/environment.js';
import { createHost } from '../src/host/host.js';

const entry = (name: string): URL => new URL(`./host-entries/${name}.mjs`, import.meta.url);

describe('a host whose onnxruntime ends', () => {
  it('names the signal of a child process that aborts, and can be opened again', async () => {
    const host = createHost('process', entry('abort-on-request'));
    for (const attempt of [1, 2]) {
      await expect(host.open({ bytes: Uint8Array.of(attempt) })).rejects.toMatchObject({
        name: 'HostError',
        phase: 'crash',
        code: 'RUNTIME_CRASH',
        message: expect.stringContaining('signal SIGABRT'),
      });
    }
    await host.close();
  });

  it.each(['worker', 'process'] as const)('turns an uncaught exception of a %s into an error', async (transport) => {
    const host = createHost(transport, entry('throw-on-request'));
    await expect(host.open({ bytes: Uint8Array.of(1) })).rejects.toMatchObject({ code: 'RUNTIME_CRASH' });
    await host.close();
  });

  it('survives a child that fetches an int4 output', async () => {
    const model = buildModel({
      opset: 21,
      irVersion: 10,
      inputs: { x: ['float32', [8]] },
      outputs: ['y'],
      nodes: [{ opType: 'Cast', inputs: ['x'], outputs: ['y'], attributes: { to: { int: 22 } } }],
    });
    const host = createHost('process', entry('fetch-everything'));
    await expect(host.open({ bytes: await modelBytes(model) })).rejects.toMatchObject({
      code: 'RUNTIME_CRASH',
      message: expect.stringMatching(/signal SIG/),
    });
    await host.close();
  });

  it('says what to do when it is not built', async () => {
    await expect(createHost('worker', entry('missing')).open({ path: 'x.onnx' })).rejects.toMatchObject({
      code: 'RUNTIME_NOT_BUILT',
    });
  });
});

describe('a process with a host', () => {
  const dist = new URL('../dist/index.js', import.meta.url).href;
  const model = fileURLToPath(new URL('./host-entries/missing.onnx', import.meta.url));
  const open = (transport: HostTransport) => `
    import { createHost } from '${dist}';
    const host = createHost('${transport}');
    await host.open({ path: ${JSON.stringify(model)} }).catch((error) => console.log(error.code));`;

  it.each(['worker', 'process'] as const)('ends by itself with an idle %s, and waits for close', async (transport) => {
    const run = (code: string) => promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code]);
    expect((await run(open(transport))).stdout).toBe('RUNTIME_LOAD\n');
    const closing = `${open(transport)} await host.close(); console.log('closed');`;
    expect((await run(closing)).stdout).toBe('RUNTIME_LOAD\nclosed\n');
  });
});

describe('texts of onnxruntime', () => {
  it.each([
    [
      '/onnxruntime_src/onnxruntime/core/graph/model.cc:202 onnxruntime::Model::Model(onnx::ModelProto&&, const ' +
        'std::vector<int>&) Unsupported model IR version: 14, max supported IR version: 13\n',
      'Unsupported model IR version: 14, max supported IR version: 13',
    ],
    [
      "Non-zero status code returned while running Conv node. Name:'c1' Status Message: Input channels C is not equal",
      "Conv node 'c1': Input channels C is not equal",
    ],
    [
      'Exception during initialization: /onnxruntime_src/onnxruntime/core/optimizer/initializer.cc:51 ' +
        'onnxruntime::Initializer::Initializer(const onnx::TensorProto&, const std::filesystem::__cxx11::path&) ' +
        '[ONNXRuntimeError] : 1 : FAIL : tensorprotoutils.cc:1469 ValidateEmbeddedTensorProtoDataSizeAndShape ' +
        "Initializer 'w': raw_data size (4 bytes) does not match expected size (8 bytes)\n",
      "Initializer 'w': raw_data size (4 bytes) does not match expected size (8 bytes)",
    ],
    ['Load model from /a/b.onnx failed:Protobuf parsing failed.', 'Protobuf parsing failed'],
    ['This is an invalid model. Error: the graph is not acyclic.', 'the graph is not acyclic'],
    [
      'Got invalid dimensions for input: x\n index: 0 Got: 3 Expected: 2\n Please fix it.',
      'Got invalid dimensions for input: x index: 0 Got: 3 Expected: 2 Please fix it',
    ],
    ['Unsupported data type: 16', 'an input or output has type bfloat16, which onnxruntime-node cannot pass'],
  ])('become one line without source paths: %s', (text, line) => {
    expect(cleanMessage(text)).toBe(line);
  });
});

describe('the runtime environment', () => {
  it('knows the installed onnxruntime and this machine', async () => {
    const environment = await runtimeEnvironment();
    expect(environment.version).toMatch(/^\d+\.\d+\.\d+/);
    expect(environment.cpuFeatures[0]).toBe(process.arch);
    expect(environment.cpuCount).toBeGreaterThan(0);
  });

  it('reads the relevant flags of /proc/cpuinfo on x64 and arm64', () => {
    expect(cpuFeatures('model name : x\nflags\t\t: fpu avx avx2 avx512_vnni sse\n')).toEqual([
      'avx',
      'avx2',
      'avx512_vnni',
    ]);
    expect(cpuFeatures('Features\t: fp asimd asimddp\n')).toEqual(['asimd', 'asimddp']);
    expect(cpuFeatures('')).toEqual([]);
  });
});
