import { afterAll, describe, expect, it } from '@jest/globals';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import {
  body,
  constant,
  counter,
  flag,
  int,
  integers,
  ints,
  modelWithBodies,
  op,
  truth,
  typed,
  weight,
} from './bodies-model.js';
import { checkedChanges, reasonsOf } from './pruned-bodies.js';

afterAll(closeHost);

type NodeList = ReturnType<typeof op>[];

/** An unrolled recurrence: h = Tanh(h w_state + u), three times, of `x` through `w_in`. */
function loopModel(extra: NodeList = [], carriedOut = 'next') {
  return modelWithBodies({
    input: [typed('x', [2, 6])],
    output: [typed('y', [2, 4]), typed('ys', ['steps', 2, 3])],
    initializer: [
      integers('trips', [3], []),
      truth('go'),
      weight('start', [2, 8]),
      weight('w_in', [6, 8]),
      weight('w_state', [8, 8]),
      weight('w_out', [8, 4]),
      weight('w_steps', [8, 3]),
    ],
    node: [
      op('MatMul', ['x', 'w_in'], 'u'),
      {
        ...op('Loop', ['trips', 'go', 'start'], 'last', [
          body('body', {
            input: [counter('step'), flag('again'), typed('before', [2, 8])],
            output: [flag('go_on'), typed(carriedOut, [2, 8]), typed('seen', [2, 8])],
            node: [
              op('Identity', ['again'], 'go_on'),
              op('MatMul', ['before', 'w_state'], 'turned'),
              op('Add', ['turned', 'u'], 'sum'),
              op('Tanh', ['sum'], 'next'),
              op('Neg', ['next'], 'seen'),
              ...extra,
            ],
          }),
        ]),
        output: ['last', 'all'],
      },
      op('MatMul', ['last', 'w_out'], 'y'),
      op('MatMul', ['all', 'w_steps'], 'ys'),
    ],
  });
}

describe('Loop', () => {
  it('prunes carried values, what they start from, and what the iterations give', async () => {
    const changes = await checkedChanges(await loopModel());
    expect(changes).toEqual(
      expect.arrayContaining([
        'start.1 8>4',
        'w_in.1 8>4',
        'w_state.0 8>4',
        'w_state.1 8>4',
        'w_out.0 8>4',
        'w_steps.0 8>4',
      ]),
    );
  });

  it('follows a batch size that is not known before running', async () => {
    const model = await modelWithBodies({
      input: [typed('x', ['batch', 6])],
      output: [typed('y', ['batch', 4])],
      initializer: [
        integers('trips', [2], []),
        truth('go'),
        weight('w_in', [6, 8]),
        weight('w_state', [8, 8]),
        weight('w_out', [16, 4]),
        integers('flat', [-1, 8]),
      ],
      node: [
        op('MatMul', ['x', 'w_in'], 'u'),
        op('Loop', ['trips', 'go', 'u'], 'last', [
          body('body', {
            input: [counter('step'), flag('again'), { name: 'before' }],
            output: [flag('go_on'), { name: 'next' }],
            node: [
              op('Identity', ['again'], 'go_on'),
              op('MatMul', ['before', 'w_state'], 'turned'),
              op('Tanh', ['turned'], 'next'),
            ],
          }),
        ]),
        op('Reshape', ['last', 'flat'], 'rows_of_8'),
        op('Concat', ['rows_of_8', 'u'], 'both', [int('axis', 1)]),
        op('MatMul', ['both', 'w_out'], 'y'),
      ],
    });
    expect(await checkedChanges(model)).toEqual(
      expect.arrayContaining(['w_in.1 8>4', 'w_state.0 8>4', 'w_state.1 8>4', 'w_out.0 16>8']),
    );
  });

  it('keeps a carried value that gets longer', async () => {
    const model = await modelWithBodies({
      input: [typed('x', [2, 6])],
      output: [typed('y', [2, 'length'])],
      initializer: [integers('trips', [2], []), truth('go'), weight('w_in', [6, 8])],
      node: [
        op('MatMul', ['x', 'w_in'], 'u'),
        op('Tanh', ['u'], 'h'),
        op('Loop', ['trips', 'go', 'h'], 'last', [
          body('body', {
            input: [counter('step'), flag('again'), typed('before', [2, 'length'])],
            output: [flag('go_on'), typed('next', [2, 'length'])],
            node: [op('Identity', ['again'], 'go_on'), op('Concat', ['before', 'x'], 'next', [int('axis', 1)])],
          }),
        ]),
        op('ReduceMax', ['last'], 'y', [ints('axes', [0])]),
      ],
    });
    expect((await reasonsOf(model)).get('u_node')).toBe('the value of Loop "last_node" has no fixed shape');
  });

  it('keeps a carried value whose channels depend on each other', async () => {
    const swapped = [op('Softmax', ['next'], 'mixed')];
    const reasons = await reasonsOf(await loopModel(swapped, 'mixed'));
    expect(reasons.get('u_node')).toMatch(/Softmax "mixed_node"/);
  });
});

describe('bodies in bodies', () => {
  it('prunes weights of an If in a Loop', async () => {
    const branches = [
      body('then_branch', {
        node: [constant('w_then', [8, 8]), op('MatMul', ['before', 'w_then'], 'then_out')],
        output: [typed('then_out', [2, 8])],
      }),
      body('else_branch', { node: [op('Mul', ['before', 'u'], 'else_out')], output: [typed('else_out', [2, 8])] }),
    ];
    const model = await modelWithBodies({
      input: [typed('x', [2, 6]), flag('flag')],
      output: [typed('y', [2, 4])],
      initializer: [integers('trips', [2], []), truth('go'), weight('w_in', [6, 8]), weight('w_out', [8, 4])],
      node: [
        op('MatMul', ['x', 'w_in'], 'u'),
        op('Loop', ['trips', 'go', 'u'], 'last', [
          body('body', {
            input: [counter('step'), flag('again'), typed('before', [2, 8])],
            output: [flag('go_on'), typed('next', [2, 8])],
            node: [
              op('Identity', ['again'], 'go_on'),
              op('If', ['flag'], 'chosen', branches),
              op('Tanh', ['chosen'], 'next'),
            ],
          }),
        ]),
        op('MatMul', ['last', 'w_out'], 'y'),
      ],
    });
    expect(await checkedChanges(model)).toEqual(
      expect.arrayContaining(['w_in.1 8>4', 'w_then.0 8>4', 'w_then.1 8>4', 'w_out.0 8>4']),
    );
  });
});
