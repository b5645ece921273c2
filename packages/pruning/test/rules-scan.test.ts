import { afterAll, describe, expect, it } from '@jest/globals';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import { body, constant, int, ints, modelWithBodies, op, typed, weight } from './bodies-model.js';
import { checkedChanges, reasonsOf } from './pruned-bodies.js';

afterAll(closeHost);

/**
 * A recurrence as a Scan over `xs` [3, 2, 6] through `w_pre`: h = Tanh(h w_state + now w_in).
 *
 * @param axis where the outputs of the steps are stacked
 */
function scanModel(axis: number) {
  const dims = axis === 0 ? ['steps', 2, 3] : [2, 'steps', 3];
  return modelWithBodies({
    input: [typed('xs', [3, 2, 6])],
    output: [typed('y', [2, 4]), typed('ys', dims)],
    initializer: [
      weight('start', [2, 8]),
      weight('w_pre', [6, 10]),
      weight('w_in', [10, 8]),
      weight('w_state', [8, 8]),
      weight('w_out', [8, 4]),
      weight('w_steps', [8, 3]),
    ],
    node: [
      op('MatMul', ['xs', 'w_pre'], 'sequence'),
      {
        ...op('Scan', ['start', 'sequence'], 'last', [
          int('num_scan_inputs', 1),
          ints('scan_output_axes', [axis]),
          body('body', {
            input: [typed('before', [2, 8]), typed('now', [2, 10])],
            output: [typed('next', [2, 8]), typed('seen', [2, 8])],
            node: [
              op('MatMul', ['now', 'w_in'], 'u'),
              op('MatMul', ['before', 'w_state'], 'turned'),
              op('Add', ['turned', 'u'], 'sum'),
              op('Tanh', ['sum'], 'next'),
              op('Neg', ['next'], 'seen'),
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

describe('Scan', () => {
  it.each([0, 1])('prunes states and scanned values, stacked along axis %d', async (axis) => {
    const changes = await checkedChanges(await scanModel(axis));
    expect(changes).toEqual(
      expect.arrayContaining(['start.1 8>4', 'w_pre.1 10>5', 'w_in.0 10>5', 'w_in.1 8>4', 'w_state.0 8>4']),
    );
  });
});

describe('an operator whose body has no rule', () => {
  it('keeps what the body captures', async () => {
    const model = await modelWithBodies(
      {
        input: [typed('x', [2, 6]), typed('xs', [2, 3, 6])],
        output: [typed('ys', [2, 3, 6]), typed('y', [2, 4])],
        initializer: [weight('w_in', [6, 8]), weight('w_out', [8, 4])],
        node: [
          op('MatMul', ['x', 'w_in'], 'h'),
          op('Scan', ['', 'xs'], 'ys', [
            int('num_scan_inputs', 1),
            body('body', {
              input: [typed('now', [6])],
              output: [typed('next', [6])],
              node: [
                op('ReduceSum', ['h'], 'sum', [int('keepdims', 0)]),
                constant('w_body', [6, 6]),
                op('MatMul', ['now', 'w_body'], 'product'),
                op('Add', ['product', 'sum'], 'next'),
              ],
            }),
          ]),
          op('MatMul', ['h', 'w_out'], 'y'),
        ],
      },
      8,
    );
    const reasons = await reasonsOf(model);
    expect(reasons.get('h_node')).toBe('value "h" is used inside a subgraph');
    expect(reasons.get('product_node')).toBe('inside a subgraph of "ys_node"');
  });
});
