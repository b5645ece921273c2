import { afterAll, describe, expect, it } from '@jest/globals';
import type { Diagnostic } from '@onnx-compress/core';
import {
  float32Tensor,
  inlineFunctions,
  type Model,
  memorySource,
  modelBytes,
  present,
  readFloats,
  readModel,
} from '@onnx-compress/graph';
import { randomFloats } from '@onnx-compress/test-kit';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import onnxProto from 'onnx-proto';
import { weightNorm } from '../src/criteria/weight-norm.js';
import { prunableGroups, zeroChannels } from '../src/index.js';
import { structuredPruning } from '../src/structured-pruning.js';
import { constant, op, typed, weight } from './bodies-model.js';
import { oracleError } from './oracle.js';
import { exactly, testContext } from './pruning-context.js';

afterAll(closeHost);

const { onnx } = onnxProto;
type NodeProto = onnxProto.onnx.INodeProto;

const call = (name: string, input: readonly string[], output: string): NodeProto => ({
  ...op(name, input, output),
  domain: 'local',
});

function fn(name: string, input: string[], node: NodeProto[], version = 17): onnxProto.onnx.IFunctionProto {
  return { name, domain: 'local', input, output: ['r'], node, opsetImport: [{ domain: '', version }] };
}

/** Functions: a linear layer, an activation, and a layer with a weight of its own. */
const FUNCTIONS = [
  fn('Linear', ['a', 'w'], [op('MatMul', ['a', 'w'], 'r')]),
  fn('Act', ['a'], [op('Sigmoid', ['a'], 's'), op('Mul', ['a', 's'], 'r')]),
  fn('Mix', ['a'], [constant('own', [8, 8]), op('MatMul', ['a', 'own'], 'm'), op('Tanh', ['m'], 'r')]),
];

function modelOf(node: NodeProto[], functions = FUNCTIONS): Promise<Model> {
  const model = onnx.ModelProto.create({
    irVersion: 8,
    opsetImport: [
      { domain: '', version: 17 },
      { domain: 'local', version: 1 },
    ],
    functions,
    graph: {
      name: 'main',
      input: [typed('x', [2, 6])],
      output: [typed('y', [2, 4])],
      initializer: [weight('w1', [6, 8]), weight('w2', [8, 4])],
      node,
    },
  });
  return readModel(memorySource(Uint8Array.from(onnx.ModelProto.encode(model).finish())));
}

async function run(original: Model, include: readonly string[] = []) {
  const warnings: Diagnostic[] = [];
  const model = original.clone();
  const transform = structuredPruning('l1', weightNorm(1), exactly(0.5), { include, skip: [] });
  const result = await transform.run(model, testContext(warnings));
  expect(model.validate()).toEqual([]);
  const changes = result.changed.map(
    ({ tensor, axis, sizeBefore, sizeAfter }) => `${tensor}.${axis} ${sizeBefore}>${sizeAfter}`,
  );
  return { model, result, changes, warnings };
}

/** The pruned model against the masked original, whose functions are opened for that. */
async function error(original: Model, { model, result }: Awaited<ReturnType<typeof run>>): Promise<number> {
  return oracleError(inlineFunctions(original).model, model, result.changed, { x: randomFloats([2, 6], 1) });
}

describe('model functions', () => {
  it('are opened where layers inside them lose channels', async () => {
    const original = await modelOf([
      call('Linear', ['x', 'w1'], 'h'),
      call('Mix', ['h'], 'm'),
      call('Linear', ['m', 'w2'], 'y'),
    ]);
    const outcome = await run(original);
    expect(outcome.changes).toEqual(['w1.1 8>4', 'm_node/own.0 8>4', 'm_node/own.1 8>4', 'w2.0 8>4']);
    expect(await error(original, outcome)).toBeLessThanOrEqual(1e-4);
    expect(outcome.model.functions).toEqual([]);
    expect(outcome.result.metrics).toMatchObject({ inlinedFunctions: ['Linear', 'Mix'] });
    expect(outcome.warnings.map(({ code }) => code)).toContain('FUNCTIONS_INLINED');
  });

  it('are opened where they stand between layers that lose channels', async () => {
    const original = await modelOf([
      op('MatMul', ['x', 'w1'], 'h'),
      call('Act', ['h'], 'a'),
      op('MatMul', ['a', 'w2'], 'y'),
    ]);
    const outcome = await run(original);
    expect(outcome.changes).toEqual(['w1.1 8>4', 'w2.0 8>4']);
    expect(await error(original, outcome)).toBeLessThanOrEqual(1e-4);
  });

  it('are meant by the names of their calls', async () => {
    const original = await modelOf([
      call('Linear', ['x', 'w1'], 'h'),
      call('Mix', ['h'], 'm'),
      call('Linear', ['m', 'w2'], 'y'),
    ]);
    expect((await run(original, ['h_node'])).changes).toEqual(['w1.1 8>4', 'm_node/own.0 8>4']);
  });

  it('stay as they are where nothing that passes through them goes', async () => {
    const original = await modelOf([
      op('MatMul', ['x', 'w1'], 'h'),
      op('MatMul', ['h', 'w2'], 'u'),
      call('Act', ['u'], 'y'),
    ]);
    const { model, changes, result } = await run(original);
    expect(changes).toEqual(['w1.1 8>4', 'w2.0 8>4']);
    expect(model.functions.map(({ name }) => name)).toEqual(['Linear', 'Act', 'Mix']);
    expect(result.metrics).not.toHaveProperty('inlinedFunctions');
  });

  it('stay closed, with the reason, where they are made for other operator versions', async () => {
    const old = fn('Old', ['a', 'w'], [op('MatMul', ['a', 'w'], 'r')], 12);
    const original = await modelOf([call('Old', ['x', 'w1'], 'h'), op('MatMul', ['h', 'w2'], 'y')], [old]);
    const before = await modelBytes(original);
    const { model, changes, warnings } = await run(original);
    expect(changes).toEqual([]);
    expect(Buffer.compare(await modelBytes(model), before)).toBe(0);
    expect(warnings.map(({ message }) => message)).toEqual([
      'Nothing is removed inside the model function "Old": it uses version 12 of ai.onnx, the model version 17',
    ]);
  });

  it('are looked into by the overview, at the costs of what is in them', async () => {
    const original = await modelOf([
      call('Linear', ['x', 'w1'], 'h'),
      call('Mix', ['h'], 'm'),
      call('Linear', ['m', 'w2'], 'y'),
    ]);
    const { groups, unprunable, macs } = await prunableGroups(original, testContext());
    expect(unprunable).toEqual([]);
    expect(macs).toBe(2 * (48 + 64 + 32));
    expect(groups.map(({ units, parameters, macs }) => [units, parameters, macs])).toEqual([
      [8, 48 + 64, 2 * (48 + 64)],
      [8, 64 + 32, 2 * (64 + 32)],
      [4, 32, 2 * 32],
    ]);
    expect(original.functions).toHaveLength(FUNCTIONS.length);
  });

  it('are opened where channels inside them are zero', async () => {
    const model = await modelOf([
      op('MatMul', ['x', 'w1'], 'h'),
      call('Act', ['h'], 'a'),
      op('MatMul', ['a', 'w2'], 'y'),
    ]);
    const values = randomFloats([6, 8], 1);
    const zeros = Float32Array.from(await readFloats(values), (value, index) => (index % 8 === 3 ? 0 : value));
    present(model.graph.value('w1')?.weight, 'w1').replace(float32Tensor([6, 8], zeros));
    const { changed, metrics } = await zeroChannels.create({}, { include: [], skip: [] }).run(model, testContext());
    expect(changed.map(({ tensor, axis, removed }) => [tensor, axis, removed])).toEqual([
      ['w1', 1, [3]],
      ['w2', 0, [3]],
    ]);
    expect(metrics).toMatchObject({ inlinedFunctions: ['Act'] });
  });
});
