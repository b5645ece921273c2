import { afterAll, describe, expect, it } from '@jest/globals';
import { countCosts, float32Tensor, type Model, present, readFloats, Scratch, type Tensor } from '@onnx-compress/graph';
import { buildModel, randomFloats } from '@onnx-compress/test-kit';
import { fineIntegers, remainders, upperBits } from '../src/weights/fine-weight.js';
import { int8Scales } from '../src/weights/int8-weight.js';
import { roundedFloats } from '../src/weights/rounded-weight.js';
import { type QuantizeOutcome, quantized } from './support/context.js';
import { fidelityDb, floatsOf } from './support/fidelity.js';
import { halved } from './support/halved.js';
import { optimizedOperators } from './support/optimized-operators.js';
import { closeHost } from './support/runtime.js';

interface Net {
  /** The last operator, which reads what the convolution gives, [1, 16, 16]. */
  readonly reader?: 'LSTM' | 'Relu' | 'cell';
  readonly opset?: number;
  readonly weight?: Tensor;
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
    { opType: 'Tanh', inputs: ['h'], outputs: ['candidate'] },
    { opType: 'Mul', inputs: ['gate', 'candidate'], outputs: ['y'] },
  ],
};

function net({ reader = 'LSTM', opset = 14, weight = randomFloats([16, 24, 3], 1, 0.3) }: Net = {}): Model {
  return buildModel({
    opset,
    inputs: { x: ['float32', [1, 24, 18]] },
    outputs: ['y'],
    weights: {
      w: weight,
      ...(reader === 'LSTM' && { w_ih: randomFloats([1, 64, 16], 2, 0.3), w_hh: randomFloats([1, 64, 16], 3, 0.3) }),
    },
    nodes: [{ opType: 'Conv', name: 'conv', inputs: ['x', 'w'], outputs: ['h'] }, ...READERS[reader]],
  });
}

const FEEDS = { x: randomFloats([1, 24, 18], 5) };

const snrOf = ({ changed }: QuantizeOutcome, tensor: string) =>
  Number(changed.find((one) => one.tensor === tensor)?.weightSnrDb);

const fineOnes = ({ model }: QuantizeOutcome) =>
  [...model.weights()].map(({ name }) => name).filter((name) => name.endsWith('_remainders'));

afterAll(closeHost);

describe('two bits more', () => {
  it.each(['LSTM', 'cell'] as const)('go to a convolution in front of a recurrent layer (%s)', async (reader) => {
    const outcome = await quantized(net({ reader }));
    expect(fineOnes(outcome)).toEqual(['w_remainders']);
    expect(outcome.model.graph.value('w_remainders')?.weight?.tensor).toMatchObject({ dataType: 'uint8', dims: [288] });
    expect(outcome.changed).toContainEqual(expect.objectContaining({ node: 'conv', form: 'weight-only' }));
  });

  it.each([
    ['without a recurrent layer behind', net({ reader: 'Relu' })],
    ['with an opset that has no Mod', net({ reader: 'cell', opset: 9 })],
    [
      'with numbers that leave a byte half full',
      net({ reader: 'cell', weight: float32Tensor([15, 24, 3].toSpliced(1, 1, 24).with(2, 1), new Array(360).fill(0)) }),
    ],
  ])('do not go to one %s', async (what, original) => {
    expect([what, fineOnes(await quantized(original))]).toEqual([what, []]);
  });
});
