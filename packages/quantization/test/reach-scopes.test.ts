import { describe, expect, it } from '@jest/globals';
import { int64Tensor, type Model, memoryTensor } from '@onnx-compress/graph';
import { randomFloats } from '@onnx-compress/test-kit';
import onnxProto from 'onnx-proto';
import { quantized } from './support/context.js';
import { fidelityDb } from './support/fidelity.js';
import { optimizedOperators } from './support/optimized-operators.js';
import { body, call, constant, fn, int, modelOf, op, typed, weight } from './support/proto-model.js';

const { BOOL, INT64 } = onnxProto.onnx.TensorProto.DataType;
const SANE_DB = 35;
const WIDTH = 32;
const WEIGHT = [WIDTH, WIDTH, 3] as const;
const DATA = [1, WIDTH, 20] as const;

const pads = { attribute: [{ name: 'pads', type: onnxProto.onnx.AttributeProto.AttributeType.INTS, ints: [1, 1] }] };
const conv = (input: string, kernel: string, output: string) => op('Conv', [input, kernel], output, pads);

/** Both branches read one weight of the main graph; one of them has a weight of its own too. */
function ifModel(): Promise<Model> {
  return modelOf({
    input: [typed('x', DATA), typed('condition', [], BOOL)],
    output: [typed('y', DATA)],
    initializer: [weight('outer', WEIGHT, 1)],
    node: [
      op('If', ['condition'], 'y', {
        attribute: [
          body('then_branch', {
            node: [constant('own', WEIGHT, 2), conv('x', 'outer', 'h'), conv('h', 'own', 'then')],
            output: [typed('then', DATA)],
          }),
          body('else_branch', { node: [conv('x', 'outer', 'else')], output: [typed('else', DATA)] }),
        ],
      }),
    ],
  });
}

/** A body that runs three times, with a weight of its own and one of the main graph. */
function loopModel(): Promise<Model> {
  return modelOf({
    input: [typed('x', DATA), typed('trips', [], INT64), typed('go', [], BOOL)],
    output: [typed('y', DATA)],
    initializer: [weight('outer', WEIGHT, 1)],
    node: [
      op('Loop', ['trips', 'go', 'x'], 'y', {
        attribute: [
          body('body', {
            input: [typed('i', [], INT64), typed('on', [], BOOL), typed('h', DATA)],
            output: [typed('still', [], BOOL), typed('next', DATA)],
            initializer: [weight('inner', WEIGHT, 2)],
            node: [
              op('Identity', ['on'], 'still'),
              conv('h', 'outer', 'a'),
              conv('a', 'inner', 'b'),
              op('Tanh', ['b'], 'next'),
            ],
          }),
        ],
      }),
    ],
  });
}

function scanModel(): Promise<Model> {
  return modelOf({
    input: [typed('start', [WIDTH]), typed('xs', [5, WIDTH])],
    output: [typed('last', [WIDTH]), typed('y', [5, WIDTH])],
    initializer: [weight('outer', [WIDTH, WIDTH], 1)],
    node: [
      op('Scan', ['start', 'xs'], 'last', {
        output: ['last', 'y'],
        attribute: [
          int('num_scan_inputs', 1),
          body('body', {
            input: [typed('h', [WIDTH]), typed('x', [WIDTH])],
            output: [typed('next', [WIDTH]), typed('seen', [WIDTH])],
            node: [
              constant('inner', [WIDTH, WIDTH], 2),
              op('MatMul', ['h', 'outer'], 'a'),
              op('MatMul', ['x', 'inner'], 'b'),
              op('Add', ['a', 'b'], 'sum'),
              op('Tanh', ['sum'], 'next'),
              op('Identity', ['next'], 'seen'),
            ],
          }),
        ],
      }),
    ],
  });
}

/** The operators that run, bodies included. */
const computed = async (model: Model) => (await optimizedOperators(model)).filter((opType) => opType !== 'Constant');

describe('weights of bodies', () => {
  it.each([true, false])('are restored once, in their own scope, for If (%p)', async (condition) => {
    const original = await ifModel();
    const { model, changed } = await quantized(original);
    expect(changed.map(({ node, tensor }) => [node, tensor])).toEqual([
      ['h', 'outer'],
      ['else', 'outer'],
      ['then', 'own'],
    ]);
    expect(model.graph.nodes.map(({ opType }) => opType)).toEqual(['Cast', 'Mul', 'If']);
    const feeds = { x: randomFloats(DATA, 3), condition: memoryTensor('bool', [], Uint8Array.of(Number(condition))) };
    expect(await fidelityDb(original, model, feeds)).toBeGreaterThan(SANE_DB);
    expect(await computed(model)).toEqual(await computed(original));
  });

  it('are computed once and not in every round of a Loop', async () => {
    const original = await loopModel();
    const { model, changed } = await quantized(original);
    expect(changed.map(({ tensor }) => tensor).sort()).toEqual(['inner', 'outer']);
    const feeds = {
      x: randomFloats(DATA, 3),
      trips: int64Tensor([], [3]),
      go: memoryTensor('bool', [], Uint8Array.of(1)),
    };
    expect(await fidelityDb(original, model, feeds)).toBeGreaterThan(30);
    expect(await computed(model)).toEqual(await computed(original));
  });

  it('are computed once and not for every entry of a Scan', async () => {
    const original = await scanModel();
    const { model, changed } = await quantized(original);
    expect(changed.map(({ tensor }) => tensor).sort()).toEqual(['inner', 'outer']);
    const feeds = { start: randomFloats([WIDTH], 4), xs: randomFloats([5, WIDTH], 3) };
    expect(await fidelityDb(original, model, feeds)).toBeGreaterThan(30);
    expect(await computed(model)).toEqual(await computed(original));
  });
});

describe('weights of model-local functions', () => {
  const x = { x: randomFloats(DATA, 3) };
  const Filter = fn('Filter', ['a', 'w'], [conv('a', 'w', 'c'), op('Relu', ['c'], 'r')]);
  const Own = fn('Own', ['a'], [constant('own', WEIGHT, 2), conv('a', 'own', 'r')]);
  const Twice = fn('Twice', ['a', 'w'], [call('Filter', ['a', 'w'], 'h'), call('Filter', ['h', 'w'], 'r')]);

  it('are quantized in the function, once for all its calls', async () => {
    const original = await modelOf(
      {
        input: [typed('x', DATA)],
        output: [typed('y', DATA)],
        node: [call('Own', ['x'], 'h'), call('Own', ['h'], 'y')],
      },
      [Own],
    );
    const { model, changed } = await quantized(original);
    expect(changed).toMatchObject([{ node: 'r', tensor: 'own', form: 'weight-only' }]);
    expect(await fidelityDb(original, model, x)).toBeGreaterThan(SANE_DB);
    expect(await computed(model)).toEqual(await computed(original));
    expect((await quantized(model)).skipped).toContainEqual({ node: 'r', reason: 'is already quantized' });
  });

  it.each([
    ['a function', 'Filter'],
    ['a function that passes them on', 'Twice'],
  ])('are quantized where they are passed to %s', async (_what, name) => {
    const original = await modelOf(
      {
        input: [typed('x', DATA)],
        output: [typed('y', DATA)],
        initializer: [weight('w1', WEIGHT, 1), weight('w2', WEIGHT, 2)],
        node: [call(name, ['x', 'w1'], 'h'), call(name, ['h', 'w2'], 'y')],
      },
      [Filter, Twice],
    );
    const { model, changed } = await quantized(original);
    expect(changed.map(({ node, tensor }) => [node, tensor])).toEqual([
      ['h', 'w1'],
      ['y', 'w2'],
    ]);
    expect(model.graph.value('w1_scale')?.weight?.tensor.dims).toEqual([WIDTH, 1, 1]);
    expect(await fidelityDb(original, model, x)).toBeGreaterThan(30);
    expect(await computed(model)).toEqual(await computed(original));
  });

  it('stay where the function adds them', async () => {
    const Shift = fn('Shift', ['a', 'w'], [op('Add', ['a', 'w'], 'r')]);
    const original = await modelOf(
      {
        input: [typed('x', DATA)],
        output: [typed('y', DATA)],
        initializer: [weight('w', DATA, 1)],
        node: [call('Shift', ['x', 'w'], 'y')],
      },
      [Shift],
    );
    expect((await quantized(original)).changed).toEqual([]);
  });
});
