import { describe, expect, it } from '@jest/globals';
import type { Model, NodeSpec } from '@onnx-compress/graph';
import { buildModel, randomFloats } from '@onnx-compress/test-kit';
import onnxProto from 'onnx-proto';
import { recurrentFront } from '../src/placement/recurrent-front.js';
import { body, modelOf, op, typed, weight } from './support/proto-model.js';

const { BOOL, INT64 } = onnxProto.onnx.TensorProto.DataType;
const WIDTH = 8;
const DATA = [1, WIDTH, WIDTH] as const;
const WEIGHTS = [weight('w', [WIDTH, WIDTH, 1], 1), weight('r', [1, 4 * WIDTH, WIDTH], 2)];

const conv = (input: string, output: string) => op('Conv', [input, 'w'], output);
const lstm = (input: string, output: string) => op('LSTM', [input, 'r', 'r'], output);

/** Labels of the convolutions in front. */
const frontOf = (model: Model) =>
  [...recurrentFront(model)].filter(({ opType }) => opType === 'Conv').map(({ label }) => label);

/** Convolutions `before` and `beside`, and nodes that read `h`, what the first computes. */
function flat(readers: readonly NodeSpec[]): Model {
  return buildModel({
    inputs: { x: ['float32', DATA] },
    outputs: ['y', 'z'],
    weights: { w: randomFloats([WIDTH, WIDTH, 1], 1), r: randomFloats([1, 4 * WIDTH, WIDTH], 2) },
    nodes: [
      { opType: 'Conv', name: 'before', inputs: ['x', 'w'], outputs: ['h'] },
      { opType: 'Conv', name: 'beside', inputs: ['x', 'w'], outputs: ['z'] },
      ...readers,
    ],
  });
}

const node = (opType: string, inputs: readonly string[], output: string): NodeSpec => ({
  opType,
  inputs,
  outputs: [output],
});

describe('what lies in front of a recurrent layer', () => {
  it.each(['LSTM', 'GRU', 'RNN'])('is what %s is fed with, and not what reads it or lies beside', (opType) => {
    const model = flat([
      node(opType, ['h', 'r', 'r'], 'steps'),
      node('Squeeze', ['steps'], 'flat'),
      { ...node('Conv', ['flat', 'w'], 'y'), name: 'behind' },
    ]);
    expect(frontOf(model)).toEqual(['before']);
    expect([...recurrentFront(model)].map((one) => one.opType)).not.toContain(opType);
  });

  it('is what an LSTM is fed with that is written out', () => {
    const model = flat([
      node('Sigmoid', ['h'], 'gate'),
      node('Tanh', ['h'], 'candidate'),
      node('Mul', ['gate', 'candidate'], 'added'),
      node('Mul', ['gate', 'x'], 'kept'),
      node('Add', ['kept', 'added'], 'state'),
      node('Tanh', ['state'], 'squashed'),
      node('Mul', ['squashed', 'gate'], 'y'),
    ]);
    expect(frontOf(model)).toEqual(['before']);
  });

  it('is nothing where a convolution is gated, which has no state', () => {
    const model = flat([
      node('Sigmoid', ['h'], 'gate'),
      node('Add', ['h', 'x'], 'conditioned'),
      node('Tanh', ['conditioned'], 'value'),
      node('Mul', ['value', 'gate'], 'y'),
    ]);
    expect(recurrentFront(model).size).toBe(0);
  });

  it('is found in the branches of an If, and in what they read from around', async () => {
    const branch = (name: string) => ({
      node: [conv('h', `${name}_in`), lstm(`${name}_in`, name)],
      output: [typed(name, DATA)],
    });
    const model = await modelOf({
      input: [typed('x', DATA), typed('condition', [], BOOL)],
      output: [typed('y', DATA), typed('z', DATA)],
      initializer: WEIGHTS,
      node: [
        conv('x', 'h'),
        op('If', ['condition'], 'y', {
          attribute: [body('then_branch', branch('then')), body('else_branch', branch('else'))],
        }),
        conv('y', 'z'),
      ],
    });
    expect(frontOf(model).sort()).toEqual(['else_in', 'h', 'then_in']);
  });

  it('is found where an If computes what an LSTM outside reads', async () => {
    const branch = (name: string) => ({ node: [conv('x', name)], output: [typed(name, DATA)] });
    const model = await modelOf({
      input: [typed('x', DATA), typed('condition', [], BOOL)],
      output: [typed('y', DATA)],
      initializer: WEIGHTS,
      node: [
        op('If', ['condition'], 'h', {
          attribute: [body('then_branch', branch('then')), body('else_branch', branch('else'))],
        }),
        lstm('h', 'y'),
      ],
    });
    expect(frontOf(model).sort()).toEqual(['else', 'then']);
  });

  it('is found around a Loop that hands it to an LSTM in its body', async () => {
    const model = await modelOf({
      input: [typed('x', DATA), typed('trips', [], INT64), typed('go', [], BOOL)],
      output: [typed('y', DATA), typed('z', DATA)],
      initializer: WEIGHTS,
      node: [
        conv('x', 'h'),
        op('Loop', ['trips', 'go', 'h'], 'y', {
          attribute: [
            body('body', {
              input: [typed('i', [], INT64), typed('on', [], BOOL), typed('carried', DATA)],
              output: [typed('still', [], BOOL), typed('next', DATA)],
              node: [op('Identity', ['on'], 'still'), lstm('carried', 'next')],
            }),
          ],
        }),
        conv('y', 'z'),
      ],
    });
    expect(frontOf(model)).toEqual(['h']);
  });
});
