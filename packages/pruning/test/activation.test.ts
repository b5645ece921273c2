import { describe, expect, it } from '@jest/globals';
import { float32Tensor, type NodeSpec, present, type Tensor } from '@onnx-compress/graph';
import { buildModel } from '@onnx-compress/test-kit';
import { activationOf } from '../src/activations/activation.js';

const node = (opType: string, inputs: readonly string[], output: string): NodeSpec => ({
  opType,
  name: output,
  inputs,
  outputs: [output],
});

const scalar = (value: number) => float32Tensor([1], [value]);

const WEIGHTS: Readonly<Record<string, Tensor>> = {
  w: float32Tensor([4, 3], Array(12).fill(1)),
  bias: float32Tensor([4], [1, 2, 3, 4]),
  half: scalar(0.5),
  one: scalar(1),
  three: scalar(3),
  six: scalar(6),
  root: scalar(Math.SQRT2),
};

/** Where the activation of the linear layer `h` is found; `end` is read by another linear layer. */
function activationIn(nodes: readonly NodeSpec[], end: string): string {
  const { graph } = buildModel({
    inputs: { x: ['float32', ['N', 4]], other: ['float32', ['N', 3]] },
    outputs: ['y'],
    weights: { ...WEIGHTS, v: float32Tensor([3, 2], Array(6).fill(1)) },
    nodes: [node('MatMul', ['x', 'w'], 'h'), ...nodes, node('MatMul', [end, 'v'], 'y')],
  });
  return activationOf(present(graph.value('h'), 'h')).name;
}

describe('the activation of a layer', () => {
  it('is behind its bias and its activation function', () => {
    const nodes = [node('Add', ['h', 'one'], 'a'), node('Cast', ['a'], 'c'), node('Relu', ['c'], 'r')];
    const cast = { ...present(nodes[1], 'cast'), attributes: { to: { int: 1 } } };
    expect(activationIn(nodes.with(1, cast), 'r')).toBe('r');
  });

  it('is the first one where several follow', () => {
    expect(activationIn([node('Relu', ['h'], 'r'), node('Sigmoid', ['r'], 's')], 's')).toBe('r');
  });

  it('is the end of the chain where there is none', () => {
    expect(activationIn([node('Add', ['h', 'one'], 'a')], 'a')).toBe('a');
    expect(activationIn([], 'h')).toBe('h');
  });

  it('is the product in x * Sigmoid(x)', () => {
    expect(activationIn([node('Sigmoid', ['h'], 's'), node('Mul', ['h', 's'], 'm')], 'm')).toBe('m');
  });

  it('is the scaled product in x * Clip(x + 3, 0, 6) / 6', () => {
    const nodes = [
      node('Add', ['h', 'three'], 'a'),
      node('Clip', ['a'], 'c'),
      node('Mul', ['h', 'c'], 'm'),
      node('Div', ['m', 'six'], 'd'),
    ];
    expect(activationIn(nodes, 'd')).toBe('d');
  });

  it('is the end of a Gelu that is written out', () => {
    const nodes = [
      node('Div', ['h', 'root'], 'd'),
      node('Erf', ['d'], 'e'),
      node('Add', ['e', 'one'], 'a'),
      node('Mul', ['h', 'a'], 'm'),
      node('Mul', ['m', 'half'], 'g'),
    ];
    expect(activationIn(nodes, 'g')).toBe('g');
  });

  it('is before a value that something else reads as well', () => {
    const nodes = [node('Relu', ['h'], 'r'), node('Softmax', ['h'], 's'), node('Add', ['r', 's'], 'a')];
    expect(activationIn(nodes, 'a')).toBe('h');
  });

  it('is behind a residual sum only where the layer has no function of its own', () => {
    const sum = node('Add', ['h', 'other'], 'sum');
    expect(activationIn([sum, node('Relu', ['sum'], 'r')], 'r')).toBe('r');
    expect(activationIn([sum], 'sum')).toBe('h');
    const own = [node('Relu', ['h'], 'own'), node('Add', ['own', 'other'], 'sum'), node('Relu', ['sum'], 'r')];
    expect(activationIn(own, 'r')).toBe('own');
  });
});
