import { afterAll, describe, expect, it } from '@jest/globals';
import { float32Tensor, type Model, memoryTensor, readFloats, type Tensor } from '@onnx-compress/graph';
import { buildModel, randomFloats, samplesOf } from '@onnx-compress/test-kit';
import { closeHost, runtimeContext } from '@onnx-compress/test-kit/runtime';
import { observeRanges } from '../src/observers/observe-ranges.js';
import type { ObservedClass } from '../src/observers/observed-class.js';
import type { ObservationContext } from '../src/observers/passes.js';
import type { RangeMethod } from '../src/observers/range-method.js';

afterAll(closeHost);

const METHODS: readonly RangeMethod[] = [
  { kind: 'minmax' },
  { kind: 'percentile', percentile: 99 },
  { kind: 'entropy' },
  { kind: 'mse' },
  { kind: 'ema' },
  { kind: 'auto' },
];

function contextWith(inputs: readonly Tensor[], signal = new AbortController().signal): ObservationContext {
  return { ...runtimeContext(), signal, calibration: samplesOf('x', inputs) };
}

/** `x`, what a Relu leaves of it, and both in one row. */
const activations = (dims: readonly (number | string)[] = ['n', 4, 8, 8]): Model =>
  buildModel({
    inputs: { x: ['float32', dims] },
    outputs: ['joined'],
    nodes: [
      { opType: 'Neg', inputs: ['x'], outputs: ['negative'] },
      { opType: 'Relu', inputs: ['x'], outputs: ['positive'] },
      { opType: 'Concat', inputs: ['negative', 'positive'], outputs: ['joined'], attributes: { axis: { int: 1 } } },
    ],
  });

const clipped = (...values: string[]): ObservedClass => ({ values, mayClip: true });

const rangesOf = (
  classes: readonly ObservedClass[],
  method: RangeMethod,
  inputs: readonly Tensor[],
  model = activations(inputs[0]?.dims ?? []),
) => observeRanges(model, classes, method, contextWith(inputs));

describe('observeRanges', () => {
  it.each(METHODS)('gives the same with $kind whatever the batch size', async (method) => {
    const items = Array.from({ length: 8 }, (_, seed) => randomFloats([1, 4, 8, 8], seed, 1 + seed));
    const all = await Promise.all(items.map((item) => readFloats(item)));
    const batches = [all.slice(0, 4), all.slice(4)].map((batch) =>
      float32Tensor([4, 4, 8, 8], Float32Array.from(batch.flatMap((values) => [...values]))),
    );
    const classes = [clipped('positive'), clipped('negative', 'positive', 'joined'), clipped('x')];
    const model = activations();
    const single = await rangesOf(classes, method, items, model);
    expect(await rangesOf(classes, method, batches, model)).toEqual(single);
    for (const { low, high } of single) expect(low <= 0 && high > 0).toBe(true);
  });

  it('takes the values of a class together', async () => {
    const x = float32Tensor([1, 2, 1, 1], [-3, 5]);
    const minmax = { kind: 'minmax' } as const;
    expect(await rangesOf([clipped('positive'), clipped('negative')], minmax, [x])).toEqual([
      { low: 0, high: 5 },
      { low: -5, high: 3 },
    ]);
    expect(await rangesOf([clipped('negative', 'positive', 'joined')], minmax, [x])).toEqual([{ low: -5, high: 5 }]);
  });

  it.each(METHODS)('never clips with $kind where that is forbidden', async (method) => {
    const inputs = [randomFloats([1, 4, 8, 8], 1), randomFloats([1, 4, 8, 8], 2, 5)];
    const extremes = await rangesOf([clipped('x')], { kind: 'minmax' }, inputs);
    expect(await rangesOf([{ values: ['x'], mayClip: false }], method, inputs)).toEqual(extremes);
  });

  it.each(METHODS)('gives zeros and what is next to nothing their own range with $kind', async (method) => {
    expect(await rangesOf([clipped('positive')], method, [float32Tensor([1, 1, 1, 2], [0, -1])])).toEqual([
      { low: 0, high: 0 },
    ]);
    const tiny = 2 ** -140;
    expect(await rangesOf([clipped('x')], method, [float32Tensor([1, 1, 1, 2], [tiny, 0])])).toEqual([
      { low: 0, high: tiny },
    ]);
  });

  it.each(METHODS)('keeps a constant activation with $kind', async (method) => {
    const constant = float32Tensor([1, 1, 4, 4], new Float32Array(16).fill(2.5));
    expect(await rangesOf([clipped('x'), clipped('negative')], method, [constant, constant])).toEqual([
      { low: 0, high: 2.5 },
      { low: -2.5, high: 0 },
    ]);
  });

  it.each(METHODS)('stands ranges from end to end of float32 with $kind', async (method) => {
    const [range] = await rangesOf([clipped('x')], method, [float32Tensor([1, 1, 1, 3], [-3e38, 1, 3e38])]);
    expect(Number.isFinite(range?.low) && Number.isFinite(range?.high)).toBe(true);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('refuses %p by name', async (value) => {
    const inputs = [randomFloats([1, 4, 8, 8], 1), float32Tensor([1, 4, 8, 8], randomWith(value))];
    const observing = rangesOf([clipped('x')], { kind: 'minmax' }, inputs);
    await expect(observing).rejects.toMatchObject({ code: 'ACTIVATION_NOT_FINITE', tensor: 'x' });
  });

  it('refuses values that do not exist and values that are no floats', async () => {
    const model = buildModel({
      inputs: { x: ['float32', [1, 4]] },
      outputs: ['shape'],
      nodes: [{ opType: 'Shape', inputs: ['x'], outputs: ['shape'] }],
    });
    for (const name of ['shape', 'nowhere']) {
      const observing = rangesOf([clipped(name)], { kind: 'minmax' }, [randomFloats([1, 4], 1)], model);
      await expect(observing).rejects.toMatchObject({ code: 'ACTIVATION_NOT_OBSERVABLE', tensor: name });
    }
  });

  it('refuses to go without samples, and has nothing to do without classes', async () => {
    const model = activations();
    const observing = rangesOf([clipped('x')], { kind: 'mse' }, [], model);
    await expect(observing).rejects.toMatchObject({ code: 'SAMPLES_MISSING' });
    expect(await rangesOf([], { kind: 'mse' }, [randomFloats([1, 4, 8, 8], 1)], model)).toEqual([]);
  });

  it('observes scalars, half floats and old operator sets', async () => {
    const model = buildModel({
      opset: 9,
      inputs: { x: ['float16', ['n', 3]] },
      outputs: ['mean', 'doubled'],
      nodes: [
        { opType: 'ReduceMean', inputs: ['x'], outputs: ['mean'], attributes: { keepdims: { int: 0 } } },
        { opType: 'Add', inputs: ['x', 'x'], outputs: ['doubled'] },
      ],
    });
    const halves = new Uint8Array(Uint16Array.of(0x3c00, 0x4000, 0x4200).buffer); // 1, 2, 3
    const x = memoryTensor('float16', [1, 3], halves);
    const found = await rangesOf(
      [clipped('mean'), clipped('doubled')],
      { kind: 'percentile', percentile: 100 },
      [x],
      model,
    );
    expect(found).toEqual([
      { low: 0, high: 2 },
      { low: 0, high: 6 },
    ]);
  });

  it('sees large values whole in their extremes and in part in their distribution', async () => {
    const values = await readFloats(randomFloats([1, 3, 300, 301], 5));
    const x = float32Tensor([1, 3, 300, 301], values);
    const [range] = await rangesOf([clipped('x')], { kind: 'percentile', percentile: 97.725 }, [x]);
    expect(range?.high).toBeCloseTo(2, 1);
    expect(range?.low).toBeCloseTo(-2, 1);
    const [extremes] = await rangesOf([clipped('x')], { kind: 'minmax' }, [x]);
    expect(extremes).toEqual({
      low: values.reduce((a, b) => Math.min(a, b)),
      high: values.reduce((a, b) => Math.max(a, b)),
    });
  });

  it('stops when it is cancelled', async () => {
    const controller = new AbortController();
    controller.abort();
    const context = contextWith([randomFloats([1, 4, 8, 8], 1)], controller.signal);
    const observing = observeRanges(activations(), [clipped('x')], { kind: 'mse' }, context);
    await expect(observing).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

function randomWith(value: number): Float32Array {
  return Float32Array.from({ length: 256 }, (_, index) => (index === 77 ? value : Math.sin(index)));
}
