import { afterAll, describe, expect, it } from '@jest/globals';
import { memoryTensor, type NodeSpec } from '@onnx-compress/graph';
import { buildModel, randomFloats } from '@onnx-compress/test-kit';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import { removeIdentities } from '../src/rewrites/remove-identities.js';
import { expectSameOutputs } from './support/exactness.js';
import { operators, rewritten } from './support/rewritten.js';

afterAll(closeHost);

const identity = (input: string, output: string): NodeSpec => ({
  opType: 'Identity',
  inputs: [input],
  outputs: [output],
});
const relu = (input: string, output: string): NodeSpec => ({ opType: 'Relu', inputs: [input], outputs: [output] });

function net(nodes: readonly NodeSpec[], outputs: readonly string[], opset = 17) {
  return buildModel({
    opset,
    inputs: { x: ['float32', [2, 3]] },
    outputs,
    weights: { w: randomFloats([3], 1) },
    nodes,
  });
}

const FEEDS = { x: randomFloats([2, 3], 2) };

describe('identities', () => {
  it('between nodes go', async () => {
    const original = net([relu('x', 'a'), identity('a', 'b'), identity('b', 'c'), relu('c', 'y')], ['y']);
    const { model, changed } = await rewritten(original, removeIdentities);
    expect(operators(model)).toEqual(['Relu', 'Relu']);
    expect(changed).toHaveLength(2);
    await expectSameOutputs(original, model, FEEDS, 0);
  });

  it('in front of a graph output leave it its name', async () => {
    const original = net([relu('x', 'a'), relu('a', 'z'), identity('a', 'y')], ['y', 'z']);
    const { model } = await rewritten(original, removeIdentities);
    expect(operators(model)).toEqual(['Relu', 'Relu']);
    expect(model.graph.outputs.map(({ name }) => name)).toEqual(['y', 'z']);
    await expectSameOutputs(original, model, FEEDS, 0);
  });

  it('stay where one value is two graph outputs, an input is an output, or a weight is', async () => {
    const original = net(
      [relu('x', 'a'), identity('a', 'y'), identity('x', 'z'), identity('w', 'v'), identity('a', 'u')],
      ['a', 'y', 'z', 'v', 'u'],
    );
    const { model, changed } = await rewritten(original, removeIdentities);
    expect(changed).toEqual([]);
    await expectSameOutputs(original, model, FEEDS, 0);
  });

  it('of a weight go', async () => {
    const original = net([identity('w', 'copy'), { opType: 'Add', inputs: ['x', 'copy'], outputs: ['y'] }], ['y']);
    const { model } = await rewritten(original, removeIdentities);
    expect(operators(model)).toEqual(['Add']);
    await expectSameOutputs(original, model, FEEDS, 0);
  });

  it.each([
    ['an old Dropout', 10, ['x'], ['a'], true],
    ['a Dropout without mode', 13, ['x'], ['a'], true],
    ['a Dropout whose mask is read', 13, ['x'], ['a', 'mask'], false],
    ['a Dropout in training mode', 13, ['x', '', 'training'], ['a'], false],
    ['a Dropout in inference mode', 13, ['x', '', 'inference'], ['a'], true],
  ])('include %s or not', async (_what, opset, inputs, outputs, removed) => {
    const original = buildModel({
      opset,
      inputs: { x: ['float32', [2, 3]] },
      outputs: outputs.length > 1 ? ['y', 'mask'] : ['y'],
      weights: {
        training: memoryTensor('bool', [], Uint8Array.of(1)),
        inference: memoryTensor('bool', [], Uint8Array.of(0)),
      },
      nodes: [{ opType: 'Dropout', inputs, outputs }, relu('a', 'y')],
    });
    const { model } = await rewritten(original, removeIdentities);
    expect(operators(model)).toEqual(removed ? ['Relu'] : ['Dropout', 'Relu']);
  });
});
