import { afterAll, describe, expect, it } from '@jest/globals';
import { modelBytes, present } from '@onnx-compress/graph';
import { closeHost } from '@onnx-compress/test-kit/runtime';
import { body, constant, flag, integers, modelWithBodies, op, typed, weight } from './bodies-model.js';
import { checkedChanges, reasonsOf } from './pruned-bodies.js';
import { exactly, pruned } from './pruning-context.js';

afterAll(closeHost);

type NodeList = ReturnType<typeof op>[];

/** `h` [2, 10] = Relu(x w_in), an If on it, and `y` [2, 4] of what it gives. */
function ifModel(thenNodes: NodeList, elseNodes: NodeList, width = 8, thenDims = [2, width]) {
  return modelWithBodies({
    input: [typed('x', [2, 6]), flag('flag')],
    output: [typed('y', [2, 4])],
    initializer: [weight('w_in', [6, 10]), weight('w_then', [10, width]), weight('w_out', [width, 4])],
    node: [
      op('MatMul', ['x', 'w_in'], 'hidden'),
      op('Relu', ['hidden'], 'h'),
      op('If', ['flag'], 'chosen', [
        body('then_branch', { node: thenNodes, output: [typed('then_out', thenDims)] }),
        body('else_branch', { node: elseNodes, output: [typed('else_out', [2, width])] }),
      ]),
      op('MatMul', ['chosen', 'w_out'], 'y'),
    ],
  });
}

describe('If', () => {
  it('prunes weights in both branches, and what they capture', async () => {
    const changes = await checkedChanges(
      await ifModel(
        [op('MatMul', ['h', 'w_then'], 'then_out')],
        [constant('w_else', [10, 8]), op('MatMul', ['h', 'w_else'], 'else_out')],
      ),
    );
    expect(changes).toEqual(
      expect.arrayContaining([
        'w_in.1 10>5',
        'w_then.0 10>5',
        'w_then.1 8>4',
        'w_else.0 10>5',
        'w_else.1 8>4',
        'w_out.0 8>4',
      ]),
    );
  });

  it('prunes layers that lie inside a branch', async () => {
    const changes = await checkedChanges(
      await ifModel(
        [
          constant('w_a', [10, 12]),
          op('MatMul', ['h', 'w_a'], 'a'),
          op('Constant', [], 'target', [{ name: 'value', type: 4, t: integers('', [2, 12]) }]),
          op('Reshape', ['a', 'target'], 'b'),
          op('Tanh', ['b'], 'c'),
          constant('w_b', [12, 8]),
          op('MatMul', ['c', 'w_b'], 'then_out'),
        ],
        [op('MatMul', ['h', 'w_then'], 'else_out')],
      ),
    );
    expect(changes).toEqual(expect.arrayContaining(['w_a.1 12>6', 'w_b.0 12>6']));
  });

  it('prunes what a branch captures from a node that the file lists later', async () => {
    const model = await ifModel(
      [op('MatMul', ['h', 'w_then'], 'then_out')],
      [constant('w_else', [10, 8]), op('MatMul', ['h', 'w_else'], 'else_out')],
    );
    model.proto.graph?.node.reverse();
    expect(await checkedChanges(model.clone())).toEqual(
      expect.arrayContaining(['w_in.1 10>5', 'w_then.0 10>5', 'w_else.0 10>5', 'w_out.0 8>4']),
    );
  });

  it('follows a branch that hands on a captured value', async () => {
    const model = await ifModel([op('Tanh', ['h'], 'then_out')], [op('Neg', ['h'], 'else_out')], 10);
    expect(await checkedChanges(model)).toEqual(['w_in.1 10>5', 'w_out.0 10>5']);
  });

  it('keeps channels whose number leaves a branch', async () => {
    const model = await modelWithBodies({
      input: [typed('x', [2, 6]), flag('flag')],
      output: [typed('y', [2, 4]), typed('size', [2], 7)],
      initializer: [weight('w_in', [6, 10]), weight('w_out', [10, 4])],
      node: [
        op('MatMul', ['x', 'w_in'], 'h'),
        op('If', ['flag'], 'size', [
          body('then_branch', { node: [op('Shape', ['h'], 'then_size')], output: [typed('then_size', [2], 7)] }),
          body('else_branch', { node: [op('Shape', ['x'], 'else_size')], output: [typed('else_size', [2], 7)] }),
        ]),
        op('MatMul', ['h', 'w_out'], 'y'),
      ],
    });
    expect((await reasonsOf(model)).get('h_node')).toBe('its length leaves a subgraph as "then_size"');
  });

  it('chooses the branch as before where the number of channels decides', async () => {
    const model = await modelWithBodies({
      input: [typed('x', [2, 6])],
      output: [typed('y', [2, 4])],
      initializer: [
        weight('w_in', [6, 10]),
        weight('w_out', [10, 4]),
        integers('one', [1], []),
        integers('ten', [10], []),
      ],
      node: [
        op('MatMul', ['x', 'w_in'], 'h'),
        op('Shape', ['h'], 'shape'),
        op('Gather', ['shape', 'one'], 'channels'),
        op('Equal', ['channels', 'ten'], 'is_ten'),
        op('If', ['is_ten'], 'chosen', [
          body('then_branch', { node: [op('Tanh', ['h'], 'then_out')], output: [typed('then_out', [2, 10])] }),
          body('else_branch', { node: [op('Neg', ['h'], 'else_out')], output: [typed('else_out', [2, 10])] }),
        ]),
        op('MatMul', ['chosen', 'w_out'], 'y'),
      ],
    });
    expect(await checkedChanges(model)).toEqual(['w_in.1 10>5', 'w_out.0 10>5']);
  });

  it('keeps channels where the branches give different ranks', async () => {
    const wider = [
      op('MatMul', ['h', 'w_then'], 'flat'),
      op('Constant', [], 'first', [{ name: 'value', type: 4, t: integers('', [0]) }]),
      op('Unsqueeze', ['flat', 'first'], 'then_out'),
    ];
    const model = await ifModel(wider, [op('MatMul', ['h', 'w_then'], 'else_out')], 8, [1, 2, 8]);
    expect(await checkedChanges(model)).toEqual(['w_in.1 10>5', 'w_then.0 10>5', 'w_then.0 10>5']);
    expect((await reasonsOf(model)).get('flat_node')).toBe('the value of If "chosen_node" has no fixed shape');
  });
});

describe('a model with bodies but nothing to remove', () => {
  it('is written as it was read', async () => {
    const model = await modelWithBodies({
      input: [typed('x', [2, 6]), flag('flag')],
      output: [typed('y', [2, 4])],
      initializer: [weight('w', [6, 4])],
      node: [
        op('If', ['flag'], 'y', [
          body('then_branch', { node: [op('MatMul', ['x', 'w'], 'then_out')], output: [typed('then_out', [2, 4])] }),
          body('else_branch', {
            node: [constant('v', [6, 4]), op('MatMul', ['x', 'v'], 'else_out')],
            output: [typed('else_out', [2, 4])],
          }),
        ]),
      ],
    });
    const before = await modelBytes(model);
    const { model: after, result } = await pruned(model, exactly(0.5));
    expect(result.changed).toEqual([]);
    expect(Buffer.compare(before, await modelBytes(after))).toBe(0);
    expect(present(result.skipped[0], 'skip').reason).toBe('the channels are those of graph output "y"');
  });
});
