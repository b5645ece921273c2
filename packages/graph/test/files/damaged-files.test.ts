import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildModel, randomFloats } from '@onnx-compress/test-kit';
import { onnx } from '../../generated/onnx.js';
import { modelBytes } from '../../src/files/model-bytes.js';
import { readModel } from '../../src/files/read-model.js';
import { openModel, stageModel, writeModel } from '../../src/node.js';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'damaged-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const linear = () =>
  buildModel({
    inputs: { x: ['float32', [1, 64]] },
    outputs: ['y'],
    weights: { w: randomFloats([64, 64], 1) },
    nodes: [{ opType: 'MatMul', inputs: ['x', 'w'], outputs: ['y'] }],
  });

/** The file of a model whose weight lies in `location`. */
async function externalModel(location: string, range: Readonly<Record<string, string>> = {}): Promise<Uint8Array> {
  const proto = onnx.ModelProto.decode(await modelBytes(linear()));
  const [weight] = proto.graph?.initializer ?? [];
  if (!weight) throw new Error('the model has no weight');
  weight.rawData = new Uint8Array(0);
  weight.dataLocation = onnx.TensorProto.DataLocation.EXTERNAL;
  weight.externalData = Object.entries({ location, ...range }).map(
    ([key, value]) => new onnx.StringStringEntryProto({ key, value }),
  );
  return onnx.ModelProto.encode(proto).finish();
}

describe('a file that is no usable model', () => {
  it('is refused in one line: empty, text, random bytes, cut off', async () => {
    const whole = await modelBytes(linear());
    await expect(readModel(new Uint8Array(0))).rejects.toThrow('bytes is empty');
    await expect(readModel(new TextEncoder().encode('# a readme, not a model'))).rejects.toThrow(
      /is not an ONNX model/,
    );
    await expect(readModel(Uint8Array.from({ length: 999 }, (_, i) => (i * 197) & 255))).rejects.toThrow(/not an ONNX/);
    for (const length of [1, 20, 100, whole.length - 1]) {
      await expect(readModel(whole.subarray(0, length))).rejects.toThrow(/is not an ONNX model/);
    }
  });

  it('is refused when a weight holds other bytes than its shape asks for', async () => {
    const proto = onnx.ModelProto.decode(await modelBytes(linear()));
    const [weight] = proto.graph?.initializer ?? [];
    if (weight) weight.rawData = weight.rawData.slice(0, 100);
    const bytes = onnx.ModelProto.encode(proto).finish();
    await expect(readModel(bytes)).rejects.toThrow('weight "w" is float32[64, 64] (16384 bytes) but holds 100 bytes');
  });

  it('is refused when it is missing or a folder', async () => {
    await expect(openModel(join(folder, 'absent.onnx'))).rejects.toThrow(/absent.onnx does not exist/);
    await expect(openModel(folder)).rejects.toThrow(/is a folder/);
  });
});

describe('external data', () => {
  it('is refused outside the folder of the model: parent, absolute path, symbolic link', async () => {
    const inside = join(folder, 'inside');
    await mkdir(inside);
    await writeFile(join(folder, 'secret.bin'), new Uint8Array(64 * 64 * 4));
    await symlink(join(folder, 'secret.bin'), join(inside, 'link.bin'));
    const path = join(inside, 'model.onnx');
    for (const location of ['../secret.bin', join(folder, 'secret.bin'), 'link.bin', '']) {
      await writeFile(path, await externalModel(location));
      await expect(openModel(path)).rejects.toThrow(`external data "${location}" lies outside the model's folder`);
    }
  });

  it('is refused when missing, too short, or given without a folder', async () => {
    const path = join(folder, 'external.onnx');
    await writeFile(path, await externalModel('absent.bin'));
    await expect(openModel(path)).rejects.toThrow('external data "absent.bin" is missing');
    await writeFile(join(folder, 'short.bin'), new Uint8Array(100));
    await writeFile(path, await externalModel('short.bin', { offset: '8', length: '16384' }));
    await expect(openModel(path)).rejects.toThrow('asks for bytes 8 to 16392 of "short.bin", which has 100');
    await expect(readModel(await externalModel('short.bin'))).rejects.toThrow(/which bytes cannot bring/);
  });

  it('moves to one new file as soon as a weight in it changes, and reads back', async () => {
    const values = randomFloats([64, 64], 3);
    await writeFile(join(folder, 'weights.bin'), await values.bytes());
    await writeFile(join(folder, 'before.onnx'), await externalModel('weights.bin'));
    const model = await openModel(join(folder, 'before.onnx'));
    const [weight] = model.weights();
    weight?.replace(randomFloats([64, 64], 4));
    const written = await writeModel(model, join(folder, 'after.onnx'));
    await model.close();
    expect(written.external.map((file) => file.path)).toEqual([join(folder, 'after.onnx.data')]);
    const back = await openModel(join(folder, 'after.onnx'));
    const [again] = back.weights();
    expect(await again?.tensor.bytes()).toEqual(await randomFloats([64, 64], 4).bytes());
    await back.close();
  });
});

describe('writing', () => {
  it('leaves nothing behind when it is cancelled, and nothing but the file when it is committed', async () => {
    const place = await mkdtemp(join(folder, 'write-'));
    await expect(stageModel(linear(), join(place, 'm.onnx'), AbortSignal.abort())).rejects.toThrow();
    expect(await readdir(place)).toEqual([]);
    const staged = await stageModel(linear(), join(place, 'm.onnx'));
    expect(await readdir(place)).not.toContain('m.onnx');
    await staged.commit();
    expect(await readdir(place)).toEqual(['m.onnx']);
  });

  it('says where it cannot write', async () => {
    await expect(writeModel(linear(), join(folder, 'absent', 'm.onnx'))).rejects.toThrow(/its folder does not exist/);
  });
});
