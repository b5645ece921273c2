import { afterAll, describe, expect, it } from '@jest/globals';
import { type Model, memoryTensor, modelBytes, present, type Tensor } from '@onnx-compress/graph';
import { randomFloats } from '@onnx-compress/test-kit';
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
import { oracleError } from './oracle.js';
import { closeHost, exactly, pruned } from './pruning-context.js';

afterAll(closeHost);

const bool = (value: boolean): Tensor => memoryTensor('bool', [], Uint8Array.of(Number(value)));

/** Inputs of the models below: `x` [2, 6], `xs` [3, 2, 6] and `flag`, as far as a model has them. */
function feedsOf(model: Model, choice: boolean): Record<string, Tensor> {
  const all = { x: randomFloats([2, 6], 1), xs: randomFloats([3, 2, 6], 2), flag: bool(choice) };
  return Object.fromEntries(
    Object.entries(all).filter(([name]) => model.graph.inputs.some((input) => input.name === name)),
  );
}

type NodeList = ReturnType<typeof op>[];

/** Prunes half of every layer and compares with the masked original, for both branches at both optimization levels. */
async function check(original: Model): Promise<readonly string[]> {
  const { model, result } = await pruned(original, exactly(0.5));
  expect(model.validate()).toEqual([]);
  for (const choice of [true, false]) {
    const feeds = feedsOf(original, choice);
    for (const level of ['disabled', 'all'] as const) {
      expect(await oracleError(original, model, result.changed, feeds, level)).toBeLessThanOrEqual(1e-4);
    }
  }
  return result.changed.map(
    ({ tensor, axis, sizeBefore, sizeAfter }) => `${tensor}.${axis} ${sizeBefore}>${sizeAfter}`,
  );
}

/** Reasons by node label. */
async function reasonsOf(model: Model): Promise<ReadonlyMap<string, string>> {
  const { result } = await pruned(model, exactly(0.5));
  return new Map(result.skipped.map(({ node, reason }) => [node, reason]));
}

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
    const changes = await check(
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
    const changes = await check(
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
    expect(await check(model.clone())).toEqual(
      expect.arrayContaining(['w_in.1 10>5', 'w_then.0 10>5', 'w_else.0 10>5', 'w_out.0 8>4']),
    );
  });

  it('follows a branch that hands on a captured value', async () => {
    const model = await ifModel([op('Tanh', ['h'], 'then_out')], [op('Neg', ['h'], 'else_out')], 10);
    expect(await check(model)).toEqual(['w_in.1 10>5', 'w_out.0 10>5']);
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
    expect(await check(model)).toEqual(['w_in.1 10>5', 'w_out.0 10>5']);
  });

  it('keeps channels where the branches give different ranks', async () => {
    const wider = [
      op('MatMul', ['h', 'w_then'], 'flat'),
      op('Constant', [], 'first', [{ name: 'value', type: 4, t: integers('', [0]) }]),
      op('Unsqueeze', ['flat', 'first'], 'then_out'),
    ];
    const model = await ifModel(wider, [op('MatMul', ['h', 'w_then'], 'else_out')], 8, [1, 2, 8]);
    expect(await check(model)).toEqual(['w_in.1 10>5', 'w_then.0 10>5', 'w_then.0 10>5']);
    expect((await reasonsOf(model)).get('flat_node')).toBe('the value of If "chosen_node" has no fixed shape');
  });
});

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
    const changes = await check(await loopModel());
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
    expect(await check(model)).toEqual(
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
    expect(await check(model)).toEqual(
      expect.arrayContaining(['w_in.1 8>4', 'w_then.0 8>4', 'w_then.1 8>4', 'w_out.0 8>4']),
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

/** The same recurrence as a Scan over `xs` [3, 2, 6]; `axis` is where the outputs of the steps are stacked. */
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
    const changes = await check(await scanModel(axis));
    expect(changes).toEqual(
      expect.arrayContaining(['start.1 8>4', 'w_pre.1 10>5', 'w_in.0 10>5', 'w_in.1 8>4', 'w_state.0 8>4']),
    );
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
