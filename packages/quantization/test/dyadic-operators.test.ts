import { afterAll, describe, expect, it } from '@jest/globals';
import { elementCount, memoryTensor } from '@onnx-compress/graph';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import { differences, inIntegers, operatorModel, type Step } from './support/integer-forms.js';
import { optimizedOperators } from './support/optimized-operators.js';

afterAll(closeHost);

const PAIRS = [1, 256, 256];
const left = memoryTensor(
  'uint8',
  PAIRS,
  Uint8Array.from({ length: 65536 }, (_, index) => index >> 8),
);
const right = memoryTensor(
  'uint8',
  PAIRS,
  Uint8Array.from({ length: 65536 }, (_, index) => index & 255),
);

const step = (scale: number, zeroPoint: number): Step => ({ scale, zeroPoint });

/** Two inputs and the output: short scales, the same with an odd zero point, those without fractions, real ones. */
const SHORT = [step(0.0546875, 3), step(0.0390625, 100), step(0.0625, 64)] as const;
const ODD = [step(0.0546875, 3), step(0.0390625, 100), step(0.0625, 63)] as const;
const TIES = [step(0.5, 0), step(0.25, 7), step(0.5, 1)] as const;
const REAL = [step(0.05434, 3), step(0.02123, 100), step(0.0621, 63)] as const;

describe('operators on two values in integers', () => {
  it.each(['Add', 'Mul', 'Concat'])('%s gives what the kernel gives, for all pairs of bytes', async (opType) => {
    const attributes = opType === 'Concat' ? { axis: { int: 1 } } : {};
    for (const [first, second, output] of [SHORT, ODD, TIES, REAL]) {
      const inputs = [
        { ...first, dims: PAIRS },
        { ...second, dims: PAIRS },
      ];
      const model = operatorModel({ opType, attributes, inputs, output });
      expect(await optimizedOperators(model)).toContain(`QLinear${opType}`);
      const { integers, certificates } = await inIntegers(model);
      const { different } = await differences(model, integers, { q0: left, q1: right });
      const [certificate] = certificates;
      expect(different).toBeLessThanOrEqual(certificate?.exact ? 0 : (certificate?.offByOne ?? 0));
      expect(certificate?.exact).toBe(output.scale !== 0.0621);
    }
  });
});

/** Bytes from a linear congruential generator. */
function bytes(dims: readonly number[]) {
  let state = 1;
  const values = Uint8Array.from({ length: elementCount(dims) }, () => {
    state = (state * 48271) % 2147483647;
    return state & 255;
  });
  return memoryTensor('uint8', dims, values);
}

const WINDOW = { kernel_shape: { ints: [2, 2] }, strides: { ints: [2, 2] } };

/** Three by three with a border of one. */
const padded = (counted: number) => ({
  kernel_shape: { ints: [3, 3] },
  pads: { ints: [1, 1, 1, 1] },
  strides: { ints: [2, 2] },
  count_include_pad: { int: counted },
});

describe('averages in integers', () => {
  it.each([
    ['GlobalAveragePool', 7, step(0.0546875, 3), step(0.0390625, 10), {}],
    ['GlobalAveragePool', 8, step(0.5, 0), step(0.5, 1), {}],
    ['AveragePool', 16, step(0.5, 0), step(0.5, 1), WINDOW],
    ['AveragePool', 16, step(0.0546875, 0), step(0.0390625, 7), { kernel_shape: { ints: [3, 3] } }],
    ['AveragePool', 13, step(0.0546875, 3), step(0.0390625, 10), padded(1)],
    ['AveragePool', 13, step(0.5, 129), step(0.25, 128), padded(0)],
  ] as const)(
    '%s of %d positions a side gives what the kernel gives',
    async (opType, side, input, output, attributes) => {
      const dims = [32, 16, side, side];
      const model = operatorModel({ opType, attributes, inputs: [{ ...input, dims }], output });
      expect(await optimizedOperators(model)).toEqual([`QLinear${opType}`]);
      const { integers, certificates } = await inIntegers(model);
      expect(certificates).toMatchObject([{ exact: true }]);
      const operators = [...integers.nodes()].map((node) => node.opType);
      expect(operators).not.toContain('DequantizeLinear');
      expect(await differences(model, integers, { q0: bytes(dims) })).toMatchObject({ different: 0 });
    },
  );

  it('counts the averages over windows of several sizes that the kernel may round to the other side', async () => {
    const dims = [32, 16, 13, 13];
    const inputs = [{ ...step(0.0546875, 3), dims }];
    const model = operatorModel({ opType: 'AveragePool', attributes: padded(0), inputs, output: step(0.0390625, 10) });
    const { integers, certificates } = await inIntegers(model);
    expect(certificates).toMatchObject([{ exact: false, multipliers: { length: 3 } }]);
    expect(certificates[0]?.offByOne).toBeGreaterThan(0);
    const { different, count, largest } = await differences(model, integers, { q0: bytes(dims) });
    expect(largest).toBeLessThanOrEqual(1);
    expect(different).toBeLessThan(0.02 * count);
  });

  it('leaves windows that dilations or a ceiling place in floats, and names them', async () => {
    for (const placed of [{ ceil_mode: { int: 1 } }, { auto_pad: { string: 'SAME_UPPER' } }]) {
      const attributes = { ...WINDOW, ...placed };
      const inputs = [{ ...step(0.5, 0), dims: [1, 4, 7, 7] }];
      const { skipped } = await inIntegers(
        operatorModel({ opType: 'AveragePool', attributes, inputs, output: step(0.5, 1) }),
      );
      expect(skipped).toEqual([{ node: expect.any(String), reason: expect.stringContaining('AveragePool') }]);
    }
  });
});
