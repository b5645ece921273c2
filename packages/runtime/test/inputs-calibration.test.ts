import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import type { Calibration, Feeds } from '@onnx-compress/core';
import { readFloats, readIntegers } from '@onnx-compress/graph';
import { zipSync } from 'fflate';
import { openCalibration } from '../src/inputs/calibration.js';
import { readFixedInputs } from '../src/inputs/fixed-inputs.js';
import type { InputSpec } from '../src/inputs/input-spec.js';
import { splitCalibration } from '../src/inputs/split-calibration.js';
import { floatNpy, npy, temporaryFolders, tensorProto } from './inputs-files.js';

const folders = temporaryFolders();
afterAll(() => folders.clean());

const X: InputSpec = { name: 'x', dataType: 'float32', dims: ['N', 2] };
const STATE: InputSpec = { name: 'state', dataType: 'float32', dims: [2, 'N', 1] };
const RATE: InputSpec = { name: 'sr', dataType: 'int64', dims: [] };

async function valuesOf(source: Calibration, name = 'x'): Promise<number[][]> {
  const values: number[][] = [];
  for await (const feeds of source.samples()) values.push(await floats(feeds, name));
  return values;
}

async function floats(feeds: Feeds, name: string): Promise<number[]> {
  const tensor = feeds.get(name);
  return tensor === undefined ? [] : [...(await readFloats(tensor))];
}

describe('samples from .npy files', () => {
  it('takes each row of the only input as a sample with a batch of 1, whatever the file is called', async () => {
    const folder = await folders.write({ 'photos.v2.npy': floatNpy([3, 2], [1, 2, 3, 4, 5, 6]) });
    const source = await openCalibration([folder], [X]);
    expect(source.count).toBe(3);
    expect(await valuesOf(source)).toEqual([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    expect((await source.sample(2)).get('x')?.dims).toEqual([1, 2]);
  });

  it('reads files in the order of their names, numbers by value', async () => {
    const folder = await folders.write({
      'x.10.npy': floatNpy([1, 2], [5, 6]),
      'x.9.npy': floatNpy([1, 2], [3, 4]),
      'x.1.npy': floatNpy([1, 2], [1, 2]),
      'notes.txt': 'not a sample',
    });
    expect(await valuesOf(await openCalibration([folder], [X]))).toEqual([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
  });

  it('fills a fixed batch, the last one with the first rows', async () => {
    const folder = await folders.write({ 'x.npy': floatNpy([3, 2], [1, 2, 3, 4, 5, 6]) });
    const source = await openCalibration([folder], [{ ...X, dims: [2, 2] }]);
    expect(await valuesOf(source)).toEqual([
      [1, 2, 3, 4],
      [5, 6, 1, 2],
    ]);
  });

  it('repeats a single row until the batch is full', async () => {
    const folder = await folders.write({ 'x.npy': floatNpy([1, 2], [1, 2]) });
    expect(await valuesOf(await openCalibration([folder], [{ ...X, dims: [3, 2] }]))).toEqual([[1, 2, 1, 2, 1, 2]]);
  });

  it('takes a row as the whole value where the array has one axis more than the input', async () => {
    const folder = await folders.write({
      'x.npy': floatNpy([2, 2], [1, 2, 3, 4]),
      'state.npy': floatNpy([2, 2, 1, 1], [10, 20, 30, 40]),
      'sr.npy': npy('<i8', [2], BigInt64Array.of(8n, 16n)),
    });
    const source = await openCalibration([folder], [X, STATE, RATE]);
    expect(await valuesOf(source, 'state')).toEqual([
      [10, 20],
      [30, 40],
    ]);
    const rate = (await source.sample(1)).get('sr');
    expect(rate?.dims).toEqual([]);
    expect(rate && readIntegers(rate)).toEqual([16]);
  });

  it('lets one sample of an input serve all samples of the others', async () => {
    const folder = await folders.write({
      'x.npy': floatNpy([2, 2], [1, 2, 3, 4]),
      'state.npy': floatNpy([2, 1, 1], [7, 8]),
    });
    const source = await openCalibration([folder], [X, STATE]);
    expect(await valuesOf(source, 'state')).toEqual([
      [7, 8],
      [7, 8],
    ]);
  });

  it('reorders column-major arrays', async () => {
    // Element [i, j, k] is 100 i + 10 j + k; the first axis varies fastest in the file.
    const data: number[] = [];
    for (let k = 0; k < 2; k++) for (let j = 0; j < 3; j++) for (let i = 0; i < 2; i++) data.push(100 * i + 10 * j + k);
    const folder = await folders.write({ 'x.npy': npy('<f4', [2, 3, 2], Float32Array.from(data), true) });
    const source = await openCalibration([folder], [{ ...X, dims: ['N', 3, 2] }]);
    expect(await valuesOf(source)).toEqual([
      [0, 1, 10, 11, 20, 21],
      [100, 101, 110, 111, 120, 121],
    ]);
  });

  it('leaves out labels once every input has its own array', async () => {
    const folder = await folders.write({ 'x.npy': floatNpy([1, 2], [1, 2]), 'y.npy': floatNpy([1], [9]) });
    expect(await valuesOf(await openCalibration([folder], [X]))).toEqual([[1, 2]]);
  });
});

describe('conversion of numbers', () => {
  const converted = async (array: Uint8Array, input: InputSpec) =>
    openCalibration([await folders.write({ 'x.npy': array })], [input]);

  it.each([
    ['float64', npy('<f8', [1, 2], Float64Array.of(0.1, 2)), [Math.fround(0.1), 2]],
    ['uint8', npy('|u1', [1, 2], Uint8Array.of(0, 255)), [0, 255]],
    ['bool', npy('|b1', [1, 2], Uint8Array.of(1, 0)), [1, 0]],
    ['float16', npy('<f2', [1, 2], Uint16Array.of(0x3c00, 0xc000)), [1, -2]],
    ['int64', npy('<i8', [1, 2], BigInt64Array.of(-3n, 16777216n)), [-3, 16777216]],
  ])('%s goes into float32', async (_name, array, expected) => {
    expect(await valuesOf(await converted(array, X))).toEqual([expected]);
  });

  it.each([
    ['a whole number that float32 cannot hold', npy('<i8', [1, 2], BigInt64Array.of(1n, 16777217n)), X],
    ['a fraction where whole numbers are expected', floatNpy([1, 2], [1, 2]), { ...X, dataType: 'int64' } as const],
    ['a number above the range', npy('<i8', [1, 2], BigInt64Array.of(1n, 128n)), { ...X, dataType: 'int8' } as const],
    ['a float64 that float32 turns into infinity', npy('<f8', [1, 2], Float64Array.of(1, 1e300)), X],
    ['a 2 where a bool is expected', npy('|u1', [1, 2], Uint8Array.of(1, 2)), { ...X, dataType: 'bool' } as const],
  ])('refuses %s, naming what is expected', async (_name, array, input) => {
    await expect(converted(array, input)).rejects.toMatchObject({
      exitCode: 2,
      code: 'CALIB_TYPE',
      message: expect.stringContaining(`x: ${input.dataType} [N, 2]`),
    });
  });

  it.each([
    ['big-endian', npy('>f4', [1, 2], new Float32Array(2)), 'big-endian'],
    ['strings', npy('<U1', [1, 2], new Uint32Array(2)), "'<U1'"],
    ['objects', npy('|O', [1, 2], new Uint8Array(2)), "'|O'"],
    ['complex numbers', npy('<c8', [1, 2], new Float32Array(4)), "'<c8'"],
  ])('refuses %s by name', async (_name, array, named) => {
    await expect(converted(array, X)).rejects.toMatchObject({
      code: 'NPY_TYPE',
      message: expect.stringContaining(named),
    });
  });
});

describe('samples from .npz files', () => {
  it('assigns arrays by key, packed or not', async () => {
    const zip = zipSync({
      'x.npy': [floatNpy([2, 2], [1, 2, 3, 4]), { level: 0 }],
      'state.npy': [floatNpy([2, 2, 1, 1], [1, 2, 3, 4]), { level: 9 }],
    });
    const source = await openCalibration([join(await folders.write({ 'a.npz': zip }), 'a.npz')], [X, STATE]);
    expect(await valuesOf(source)).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(await valuesOf(source, 'state')).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it('reads an archive again after others were used', async () => {
    const folder = await folders.write(
      Object.fromEntries([1, 2, 3].map((n) => [`${n}.npz`, zipSync({ 'x.npy': floatNpy([1, 2], [n, n]) })])),
    );
    const source = await openCalibration([folder], [X]);
    expect(await valuesOf(source)).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
    expect(await floats(await source.sample(0), 'x')).toEqual([1, 1]);
  });

  it('refuses to guess between several keys', async () => {
    const zip = zipSync({ 'a.npy': floatNpy([1, 2], [1, 2]), 'b.npy': floatNpy([1, 2], [1, 2]) });
    const folder = await folders.write({ 'calib.npz': zip });
    await expect(openCalibration([folder], [X])).rejects.toMatchObject({ code: 'CALIB_AMBIGUOUS' });
  });

  it('names a damaged archive', async () => {
    const folder = await folders.write({ 'calib.npz': 'PK nothing' });
    await expect(openCalibration([folder], [X])).rejects.toMatchObject({ code: 'NPZ', exitCode: 2 });
  });
});

describe('samples from test data sets', () => {
  const set = (n: number) => ({
    [`test_data_set_${n}/input_0.pb`]: tensorProto({ dims: [1, 2], dataType: 1, floatData: [n, n + 0.5] }),
    [`test_data_set_${n}/input_1.pb`]: tensorProto({
      dims: [],
      dataType: 7,
      name: 'sr',
      rawData: new Uint8Array(BigInt64Array.of(BigInt(n)).buffer),
    }),
    [`test_data_set_${n}/output_0.pb`]: tensorProto({ dims: [1], dataType: 1, floatData: [99] }),
  });

  it('takes each folder as a sample, by tensor name or by the position in the file name', async () => {
    const folder = await folders.write({ ...set(10), ...set(2) });
    const source = await openCalibration([folder], [X, RATE]);
    expect(await valuesOf(source)).toEqual([
      [2, 2.5],
      [10, 10.5],
    ]);
    expect(await valuesOf(source, 'sr')).toEqual([[2], [10]]);
  });

  it.each([
    ['random bytes', Uint8Array.of(255, 1, 2, 3, 4)],
    ['a tensor with too few numbers', tensorProto({ dims: [1, 2], dataType: 1, rawData: new Uint8Array(4) })],
  ])('refuses %s', async (_name, content) => {
    const folder = await folders.write({ 'input_0.pb': content });
    await expect(openCalibration([folder], [X])).rejects.toMatchObject({ code: 'TENSOR_FILE', exitCode: 2 });
  });
});

describe('samples that do not fit', () => {
  it.each([
    ['another shape', { 'x.npy': floatNpy([2, 3], [1, 2, 3, 4, 5, 6]) }, [X], 'CALIB_SHAPE'],
    ['no batch axis', { 'x.npy': floatNpy([2], [1, 2]) }, [X], 'CALIB_SHAPE'],
    ['an input without samples', { 'x.npy': floatNpy([1, 2], [1, 2]) }, [X, RATE], 'CALIB_INPUTS'],
    ['no samples at all', { 'readme.md': 'hello' }, [X], 'CALIB_EMPTY'],
    [
      'different numbers of samples',
      { 'x.npy': floatNpy([3, 2], [1, 2, 3, 4, 5, 6]), 'state.npy': floatNpy([2, 2, 1, 1], [1, 2, 3, 4]) },
      [X, STATE],
      'CALIB_COUNTS',
    ],
    ['a file that is cut off', { 'x.npy': floatNpy([2, 2], [1, 2, 3, 4]).slice(0, -4) }, [X], 'NPY'],
    ['a text file called .npy', { 'x.npy': 'hello, this is text' }, [X], 'NPY'],
  ])('%s: one line that names the expected inputs', async (_name, files, inputs, code) => {
    const error = await openCalibration([await folders.write(files)], inputs).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code, exitCode: 2, message: expect.not.stringContaining('\n') });
    if (code.startsWith('CALIB')) {
      expect(error).toMatchObject({ hint: expect.stringMatching(/x: float32 \[N, 2\]|samples/) });
    }
  });

  it('names a path that does not exist and a file of another kind', async () => {
    const folder = await folders.write({ 'photo.tiff': 'x' });
    await expect(openCalibration([join(folder, 'none')], [X])).rejects.toMatchObject({ code: 'INPUT_FILE' });
    await expect(openCalibration([join(folder, 'photo.tiff')], [X])).rejects.toMatchObject({ code: 'INPUT_FILE_KIND' });
  });
});

describe('fixed inputs', () => {
  it('supply what the samples lack', async () => {
    const folder = await folders.write({ 'frames.npy': floatNpy([2, 2], [1, 2, 3, 4]) });
    const inputs = [X, STATE, RATE];
    const fixed = await readFixedInputs(['sr=16000', 'state=0.5'], inputs);
    const source = await openCalibration([folder], inputs, fixed);
    expect(await valuesOf(source)).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(await valuesOf(source, 'sr')).toEqual([[16000], [16000]]);
    expect((await source.sample(0)).get('state')?.dims).toEqual([2, 1, 1]);
    expect(await valuesOf(source, 'state')).toEqual([
      [0.5, 0.5],
      [0.5, 0.5],
    ]);
  });

  it('can be lists and files', async () => {
    const folder = await folders.write({ 'state.npy': floatNpy([2, 1, 1], [3, 4]) });
    const fixed = await readFixedInputs(['x=1,2', `state=${join(folder, 'state.npy')}`], [X, STATE]);
    const sr = await folders.write({ 'sr.npy': npy('<i8', [1], BigInt64Array.of(1n)) });
    const source = await openCalibration([sr], [X, STATE, RATE], fixed);
    expect(await valuesOf(source)).toEqual([[1, 2]]);
    expect(await valuesOf(source, 'state')).toEqual([[3, 4]]);
  });

  it.each([
    ['sr=1.5', 'INPUT_VALUE'],
    ['sr=abc', 'INPUT_VALUE'],
    ['rate=1', 'INPUT_UNKNOWN'],
    ['sr', 'ASSIGNMENT'],
    ['sr=', 'ASSIGNMENT'],
    ['sr=9223372036854775808', 'INPUT_VALUE'],
  ])('%s is refused', async (text, code) => {
    await expect(readFixedInputs([text], [RATE])).rejects.toMatchObject({ code, exitCode: 2 });
  });
});

describe('holding samples out', () => {
  const source = async (count: number) =>
    openCalibration(
      [
        await folders.write({
          'x.npy': floatNpy(
            [count, 2],
            Array.from({ length: 2 * count }, (_, i) => i >> 1),
          ),
        }),
      ],
      [X],
    );

  it.each([
    [1, 1, 1],
    [2, 1, 1],
    [5, 4, 1],
    [9, 8, 1],
    [10, 8, 2],
    [100, 80, 20],
  ])('of %i samples, %i tune and %i verify', async (count, tuning, heldOut) => {
    const split = splitCalibration(await source(count));
    expect([split.tuning.count, split.heldOut.count]).toEqual([tuning, heldOut]);
    const seen = [...(await valuesOf(split.tuning)), ...(await valuesOf(split.heldOut))].map(([first]) => first);
    expect(new Set(seen).size).toBe(count);
  });
});
