import { afterAll, describe, expect, it } from '@jest/globals';
import {
  countCosts,
  float32Tensor,
  type Model,
  memoryTensor,
  present,
  readFloats,
  Scratch,
  ShapeTable,
} from '@onnx-compress/graph';
import { buildModel, randomFloats } from '@onnx-compress/test-kit';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import { fineIntegers, remainders, upperBits } from '../src/weights/fine-weight.js';
import { int8Scales } from '../src/weights/int8-weight.js';
import { roundedFloats } from '../src/weights/rounded-weight.js';
import { type QuantizeOutcome, quantized } from './support/context.js';
import { fidelityDb, floatsOf } from './support/fidelity.js';
import { halved } from './support/halved.js';
import { optimizedOperators } from './support/optimized-operators.js';

interface Net {
  /** What reads the results of the convolution: an LSTM, a Relu, or an LSTM that is written out. */
  readonly reader?: 'LSTM' | 'Relu' | 'cell';
  readonly opset?: number;
  readonly channels?: number;
}

const READERS = {
  LSTM: [
    {
      opType: 'LSTM',
      name: 'rnn',
      inputs: ['h', 'w_ih', 'w_hh'],
      outputs: ['y'],
      attributes: { hidden_size: { int: 16 } },
    },
  ],
  Relu: [{ opType: 'Relu', inputs: ['h'], outputs: ['y'] }],
  cell: [
    { opType: 'Sigmoid', inputs: ['h'], outputs: ['gate'] },
    { opType: 'Mul', inputs: ['gate', 'h'], outputs: ['kept'] },
    { opType: 'Mul', inputs: ['gate', 'gate'], outputs: ['added'] },
    { opType: 'Add', inputs: ['kept', 'added'], outputs: ['state'] },
    { opType: 'Tanh', inputs: ['state'], outputs: ['squashed'] },
    { opType: 'Mul', inputs: ['gate', 'squashed'], outputs: ['y'] },
  ],
};

function net({ reader = 'cell', opset = 14, channels = 24 }: Net): Model {
  return buildModel({
    opset,
    inputs: { x: ['float32', [1, channels, 18]] },
    outputs: ['y'],
    weights: {
      w: randomFloats([15, channels, 3], 1, 0.1),
      ...(reader === 'LSTM' && { w_ih: randomFloats([1, 64, 16], 2, 0.3), w_hh: randomFloats([1, 64, 16], 3, 0.3) }),
    },
    nodes: [{ opType: 'Conv', name: 'conv', inputs: ['x', 'w'], outputs: ['h'] }, ...READERS[reader]],
  });
}

const FEEDS = { x: randomFloats([1, 24, 18], 5) };

const finer = ({ model }: QuantizeOutcome) =>
  [...model.weights()].map(({ name }) => name).filter((name) => name.endsWith('_remainders'));

const snrOf = ({ changed }: QuantizeOutcome) => Number(changed.find(({ tensor }) => tensor === 'w')?.weightSnrDb);

afterAll(closeHost);

describe('two bits more', () => {
  it.each(['LSTM', 'cell'] as const)('go to a convolution in front of a recurrent layer (%s) only', async (reader) => {
    const outcome = await quantized(net({ reader }));
    expect(finer(outcome)).toEqual(['w_remainders']);
    expect(outcome.model.graph.value('w_remainders')?.weight?.tensor).toMatchObject({ dataType: 'uint8', dims: [270] });
    expect(outcome.changed).toContainEqual(
      expect.objectContaining({ node: 'conv', form: 'weight-only', weightBits: 10 }),
    );
  });

  it('do not go to other convolutions', async () => {
    const outcome = await quantized(net({ reader: 'Relu' }));
    expect(finer(outcome)).toEqual([]);
    expect(outcome.changed).not.toContainEqual(expect.objectContaining({ weightBits: 10 }));
  });

  it('need opset 10 and numbers that fill whole bytes; without, weights have 8 bits', async () => {
    for (const settings of [{ opset: 9 }, { channels: 23 }]) {
      const outcome = await quantized(net(settings));
      expect(outcome.changed).toHaveLength(1);
      expect(finer(outcome)).toEqual([]);
    }
    expect(finer(await quantized(net({ opset: 10 })))).toEqual(['w_remainders']);
  });

  it('do not go to weights with zero points', async () => {
    expect(finer(await quantized(net({}), { integers: 'uint8' }))).toEqual([]);
  });

  it('take 12 dB from the noise of the weight and of the results', async () => {
    const [plain, fine] = [await quantized(net({ reader: 'Relu' })), await quantized(net({}))];
    expect(snrOf(fine) - snrOf(plain)).toBeGreaterThan(11);
    expect(snrOf(fine) - snrOf(plain)).toBeLessThan(13);
    const coarse = await fidelityDb(net({ reader: 'Relu' }), plain.model, FEEDS);
    expect(await fidelityDb(net({}), fine.model, FEEDS)).toBeGreaterThan(coarse + 8);
  });

  it.each(['per-channel', 'per-tensor'] as const)(
    'restore just the numbers that are reported (%s)',
    async (granularity) => {
      const original = net({});
      const weight = present(original.graph.value('w')?.weight, 'w');
      const { model } = await quantized(original, { granularity });
      const int8 = await int8Scales(weight.tensor, granularity === 'per-channel' ? 0 : undefined, new Scratch());
      const values = await readFloats(weight.tensor);
      const rounded = roundedFloats(values, weight.tensor, { ...present(int8, 'scales'), isFine: true });
      const expected = original.clone();
      const bytes = new Uint8Array(rounded.buffer);
      present(expected.graph.value('w')?.weight, 'w').replace(memoryTensor('float32', weight.tensor.dims, bytes));
      for (const level of ['all', 'disabled'] as const) {
        expect(await floatsOf(model, FEEDS, level)).toEqual(await floatsOf(expected, FEEDS, level));
      }
    },
  );

  it('are folded by onnxruntime when the model is loaded', async () => {
    const { model } = await quantized(net({}));
    expect(await optimizedOperators(model)).toEqual(await optimizedOperators(net({})));
  });

  it('are told from float weights by whoever comes next', async () => {
    const { model } = await quantized(net({}));
    const { model: again, skipped } = await quantized(model);
    expect(skipped).toContainEqual({ node: 'conv', reason: 'is already quantized' });
    expect(await floatsOf(again, FEEDS)).toEqual(await floatsOf(model, FEEDS));
    const { model: half } = await halved(model, 'fp16');
    expect(await floatsOf(half, FEEDS)).toEqual(await floatsOf(model, FEEDS));
  });

  it('are not counted as weights of their own', async () => {
    const { model } = await quantized(net({}));
    const types = new ShapeTable();
    expect(countCosts(model, types).weights).toBe(countCosts(net({}), types).weights);
  });
});

/** What onnxruntime's QuantizeLinear makes of numbers with one scale. */
async function referenceIntegers(values: Float32Array, scale: number): Promise<readonly number[]> {
  const model = buildModel({
    opset: 21,
    irVersion: 10,
    inputs: { x: ['float32', [values.length]] },
    outputs: ['y'],
    weights: { scale: float32Tensor([], [scale]) },
    nodes: [
      { opType: 'QuantizeLinear', inputs: ['x', 'scale'], outputs: ['q'], attributes: { output_dtype: { int: 5 } } },
      { opType: 'Cast', inputs: ['q'], outputs: ['y'], attributes: { to: { int: 1 } } },
    ],
  });
  return [...(await floatsOf(model, { x: float32Tensor([values.length], [...values]) }))];
}

describe('integers of 10 bits', () => {
  const tensor = randomFloats([6, 10, 2], 4);

  it.each([0.25, 0.3, 1e-3, 3e-30])('are those of QuantizeLinear with a quarter of the scale %d', async (scale) => {
    const ties = Array.from({ length: 1016 }, (_, step) => ((step - 508 + 0.5) * scale) / 4);
    const near = [...(await readFloats(randomFloats([1000], 7)))].map((value) => (value % 1) * 127 * scale);
    const values = Float32Array.from([...ties, ...near, 0, -0]);
    const fine = { axis: undefined, scales: Float32Array.of(scale), isFine: true } as const;
    const integers = fineIntegers(values, float32Tensor([values.length], [...values]), fine);
    expect([...integers]).toEqual(await referenceIntegers(values, Math.fround(scale) / 4));
  });

  it('are at most half a quarter of a scale away from the weight', async () => {
    const int8 = { ...present(await int8Scales(tensor, 0, new Scratch()), 'scales'), isFine: true } as const;
    const values = await readFloats(tensor);
    for (const [index, value] of roundedFloats(values, tensor, int8).entries()) {
      const scale = int8.scales[Math.floor(index / 20)] ?? 0;
      expect(Math.abs(value - (values[index] ?? 0))).toBeLessThanOrEqual((scale / 8) * (1 + 1e-4));
    }
  });

  it('are split into bytes and remainders that give them back', async () => {
    const int8 = { ...present(await int8Scales(tensor, 0, new Scratch()), 'scales'), isFine: true } as const;
    const scratch = new Scratch();
    const upper = new Int8Array((await upperBits(tensor, int8, scratch).bytes()).slice().buffer);
    const bytes = await remainders(tensor, int8, scratch).bytes();
    const joined = Array.from(upper, (integer, index) => {
      const place = Math.floor(index / bytes.length);
      return 4 * integer + (((bytes[index % bytes.length] ?? 0) >> (2 * place)) & 3);
    });
    expect(joined).toEqual([...fineIntegers(await readFloats(tensor), tensor, int8)]);
  });

  it('clip at 508 where a scale is smaller than the largest value asks for', async () => {
    const scales = Float32Array.of(0.001);
    const integers = fineIntegers(await readFloats(tensor), tensor, { axis: undefined, scales, isFine: true });
    expect([Math.min(...integers), Math.max(...integers)]).toEqual([-508, 508]);
  });
});
