import { describe, expect, it } from '@jest/globals';
import { elementCount, float32Tensor, type Model, present } from '@onnx-compress/graph';
import { buildModel } from '@onnx-compress/test-kit';
import { ConvNet } from './support/conv-net.js';
import { placed } from './support/placed.js';

const IMAGE = [1, 3, 112, 112];
const MAPS = [1, 64, 56, 56];
const ints = (...values: readonly number[]) => ({ ints: values });
const pool = (net: ConvNet, name: string, input: string) =>
  net.op('MaxPool', name, [input], { kernel_shape: ints(3, 3), strides: ints(2, 2) });

function fire(net: ConvNet, name: string, input: string): string {
  const squeeze = net.convRelu(`${name}_squeeze`, input, 32);
  const left = net.convRelu(`${name}_left`, squeeze, 64);
  const right = net.convRelu(`${name}_right`, squeeze, 64, { kernel: 3 });
  return net.op('Concat', name, [left, right], { axis: { int: 1 } }, 128);
}

/** Stem, pool, fire modules, a pool between them, and the scores averaged at the end. */
function squeezeNet(): Model {
  const net = new ConvNet(IMAGE);
  const stem = pool(net, 'pool1', net.convRelu('stem', 'x', 64, { kernel: 3, stride: 2 }));
  const fires = fire(net, 'fire3', pool(net, 'pool2', fire(net, 'fire2', fire(net, 'fire1', stem))));
  const scores = net.convRelu('scores', fires, 100);
  const flat = net.op('Flatten', 'flat', [net.op('GlobalAveragePool', 'mean', [scores])]);
  return net.model([net.op('Softmax', 'y', [flat])]);
}

describe('a net of squeeze and expand layers', () => {
  const { nodes, classes, reasons, plan } = placed(squeezeNet());

  it('runs on integers from behind the stem to the last large convolution', () => {
    expect(nodes).toEqual(expect.arrayContaining(['fire1_left', 'fire1', 'pool2', 'fire3', 'scores_conv', 'scores']));
    for (const name of ['stem_conv', 'pool1', 'mean', 'flat', 'y']) expect(nodes).not.toContain(name);
    expect(reasons.get('stem_conv')).toMatch('few channels');
  });

  it('puts the first border where few values pass it, behind the first squeeze', () => {
    expect(reasons.get('fire1_squeeze_conv')).toMatch('longer');
    expect(classes.flat()).not.toContain('pool1');
    expect(classes.flat()).toContain('fire1_squeeze');
  });

  it('gives one scale to what a Concat joins and a pool passes on', () => {
    expect(classes).toContainEqual(['fire2', 'fire2_left', 'fire2_right', 'pool2']);
  });

  it('clips nothing with three layers or fewer ahead', () => {
    const mayClip = (name: string) =>
      plan.classes.find(({ values }) => values.some((value) => value.name === name))?.mayClip;
    expect(mayClip('fire1_squeeze')).toBe(true);
    for (const name of ['pool2', 'fire3_squeeze', 'fire3', 'scores']) expect(mayClip(name)).toBe(false);
  });

  it('has the stem on integers too where static activations are asked for', () => {
    const all = placed(squeezeNet(), { mode: 'static' });
    expect(all.nodes).toEqual(expect.arrayContaining(['stem_conv', 'stem', 'pool1']));
    expect(all.nodes).not.toContain('mean');
  });
});

describe('a convolution of which only the largest results are used', () => {
  const gelu = (net: ConvNet, input: string) => net.op('Mul', 'gelu', [input, net.op('Tanh', 'gate', [input])]);

  it('stays in floats, with another activation function between as well', () => {
    const net = new ConvNet(MAPS);
    const start = net.convRelu('start', 'x', 128, { kernel: 3 });
    const last = net.conv('last', start, 128, { kernel: 3 });
    const { nodes, reasons } = placed(net.model([net.op('GlobalMaxPool', 'y', [gelu(net, last)])]));
    expect(nodes).toContain('start_conv');
    expect(nodes).not.toContain('last');
    expect(reasons.get('last')).toMatch('only the largest');
  });

  it('runs on integers where static activations are asked for, or a mean is used too', () => {
    const net = new ConvNet(MAPS);
    const last = net.conv('last', net.convRelu('start', 'x', 128, { kernel: 3 }), 128, { kernel: 3 });
    const largest = net.op('GlobalMaxPool', 'largest', [last]);
    const asked = placed(net.model([largest]), { mode: 'static' });
    expect(asked.nodes).toContain('last');
    const both = placed(net.model([largest, net.op('GlobalAveragePool', 'mean', [last])]));
    expect(both.nodes).toContain('last');
  });
});

describe('where the range of a value does the work of an activation function', () => {
  it('a Concat ties no value without one to it', () => {
    const net = new ConvNet(MAPS);
    const start = net.convRelu('start', 'x', 64, { kernel: 3 });
    const joined = net.op(
      'Concat',
      'joined',
      [net.convRelu('a', start, 64), net.conv('b', start, 64)],
      { axis: { int: 1 } },
      128,
    );
    const { classes, nodes } = placed(
      net.model([net.op('GlobalAveragePool', 'y', [net.convRelu('end', joined, 64, { kernel: 3 })])]),
    );
    expect(nodes).toContain('joined');
    expect(classes).toEqual(expect.arrayContaining([['a'], ['b'], ['joined']]));
  });

  it('a value that others read too keeps a scale of its own', () => {
    const net = new ConvNet(MAPS);
    const start = net.convRelu('start', 'x', 64, { kernel: 3 });
    const joined = net.op(
      'Concat',
      'joined',
      [start, net.convRelu('a', start, 64, { kernel: 3 })],
      { axis: { int: 1 } },
      128,
    );
    const { classes } = placed(
      net.model([net.op('GlobalAveragePool', 'y', [net.convRelu('end', joined, 64, { kernel: 3 })])]),
    );
    expect(classes).toEqual(expect.arrayContaining([['start'], ['a', 'joined']]));
  });
});

describe('a residual net', () => {
  function residual(opType: string): Model {
    const net = new ConvNet(MAPS);
    let value = net.convRelu('start', 'x', 64, { kernel: 3 });
    for (const block of ['first', 'second']) {
      const inner = net.conv(`${block}_b`, net.convRelu(`${block}_a`, value, 64, { kernel: 3 }), 64, { kernel: 3 });
      value = net.op('Relu', block, [net.op(opType, `${block}_sum`, [inner, value])]);
    }
    const flat = net.op('Flatten', 'flat', [net.op('GlobalAveragePool', 'mean', [value])]);
    return net.model([net.op('Gemm', 'y', [flat, net.floats([64, 10]), net.floats([10])])]);
  }

  it('adds integers and folds the Relu behind the sum', () => {
    const { nodes, classes } = placed(residual('Add'));
    expect(nodes).toEqual(expect.arrayContaining(['first_sum', 'first', 'second_a_conv', 'second_b']));
    expect(classes.flat()).not.toContain('first_sum');
    for (const name of ['second_sum', 'second', 'mean']) expect(nodes).not.toContain(name);
  });

  it('leaves integers for an operator without an integer kernel', () => {
    const { nodes, classes } = placed(residual('Sub'));
    expect(nodes).toContain('second_a_conv');
    expect(nodes).not.toContain('first_sum');
    expect(classes.flat()).toEqual(expect.arrayContaining(['first_b', 'first']));
  });
});

describe('depthwise convolutions', () => {
  it('are on integers inside inverted residuals', () => {
    const net = new ConvNet([1, 32, 56, 56]);
    let value = net.conv('start', 'x', 32);
    for (const block of ['first', 'second']) {
      const wide = net.convRelu(`${block}_expand`, value, 192);
      const filtered = net.convRelu(`${block}_filter`, wide, 192, { kernel: 3, depthwise: true });
      value = net.op('Add', block, [net.conv(`${block}_project`, filtered, 32), value]);
    }
    const { nodes } = placed(net.model([net.op('GlobalAveragePool', 'y', [net.convRelu('last', value, 256)])]));
    const expected = ['first_expand_conv', 'first_filter_conv', 'first_project', 'first', 'second_filter_conv'];
    expect(nodes).toEqual(expect.arrayContaining(expected));
  });

  it('stay in floats between operators that do', () => {
    const net = new ConvNet([1, 256, 28, 28]);
    const wide = net.op('HardSwish', 'act1', [net.conv('expand', 'x', 256)]);
    const filtered = net.op('HardSwish', 'act2', [net.conv('filter', wide, 256, { kernel: 3, depthwise: true })]);
    const last = net.op('GlobalAveragePool', 'y', [net.conv('project', filtered, 256)]);
    const { nodes, reasons } = placed(net.model([last]));
    expect(nodes).toEqual(['expand', 'project']);
    expect(reasons.get('filter')).toMatch('longer');
  });
});

describe('squeeze-and-excite branches', () => {
  it('stay in floats, with the product', () => {
    const net = new ConvNet([1, 128, 28, 28]);
    const body = net.convRelu('body', 'x', 128, { kernel: 3 });
    const squeeze = net.convRelu('squeeze', net.op('GlobalAveragePool', 'mean', [body]), 32);
    const gate = net.op('HardSigmoid', 'gate', [net.conv('excite', squeeze, 128)]);
    const gated = net.op('Mul', 'gated', [body, gate]);
    const { nodes, reasons } = placed(
      net.model([net.op('GlobalAveragePool', 'y', [net.convRelu('next', gated, 256)])]),
      {
        mode: 'static',
      },
    );
    expect(nodes).toEqual(['body', 'body_conv', 'next', 'next_conv']);
    expect(reasons.get('squeeze_conv')).toMatch('squeeze-and-excite');
    expect(reasons.get('excite')).toMatch('squeeze-and-excite');
  });
});

describe('matrix products', () => {
  function feedForward(between: string): Model {
    const zeros = (...dims: readonly number[]) => float32Tensor(dims, new Float32Array(elementCount(dims)));
    const weights = { w1: zeros(256, 1024), w2: zeros(1024, 256), b1: zeros(1024), keys: zeros(256, 256) };
    return buildModel({
      inputs: { x: ['float32', [64, 256]] },
      outputs: ['y'],
      weights,
      nodes: [
        { opType: 'MatMul', name: 'up', inputs: ['x', 'w1'], outputs: ['up'] },
        { opType: 'Add', name: 'bias', inputs: ['up', 'b1'], outputs: ['biased'] },
        { opType: between, name: 'act', inputs: ['biased'], outputs: ['activated'] },
        { opType: 'MatMul', name: 'down', inputs: ['activated', 'w2'], outputs: ['down'] },
        { opType: 'MatMul', name: 'keys', inputs: ['x', 'keys'], outputs: ['k'] },
        { opType: 'Transpose', name: 'turned', inputs: ['k'], outputs: ['kt'], attributes: { perm: ints(1, 0) } },
        { opType: 'MatMul', name: 'attention', inputs: ['down', 'kt'], outputs: ['y'] },
      ],
    });
  }

  it('are left to scales found at run time between operators without integer kernels', () => {
    const { nodes, reasons } = placed(feedForward('Erf'));
    expect(nodes).toEqual([]);
    expect([...reasons.keys()].sort()).toEqual(['down', 'keys', 'up']);
  });

  it('go on in integers through bias and Relu, and end in floats', () => {
    const { nodes, classes } = placed(feedForward('Relu'), { mode: 'static' });
    expect(nodes).toEqual(expect.arrayContaining(['up', 'bias', 'act', 'down']));
    expect(nodes).not.toContain('attention');
    expect(classes).toEqual(expect.arrayContaining([['activated'], ['x']]));
    expect(classes.flat()).not.toContain('down');
  });

  it('without constant weight never run on integers', () => {
    expect(placed(feedForward('Relu'), { mode: 'static' }).reasons.has('attention')).toBe(false);
  });
});

describe('layers that share a weight', () => {
  function twice(second: 'Relu' | 'constant'): Model {
    const net = new ConvNet(MAPS);
    const start = net.convRelu('start', 'x', 64, { kernel: 3 });
    const weight = net.floats([64, 64, 3, 3]);
    const attributes = { kernel_shape: ints(3, 3), pads: ints(1, 1, 1, 1) };
    const one = net.op('Relu', 'one', [net.op('Conv', 'one_conv', [start, weight], attributes)]);
    const read = second === 'Relu' ? one : net.constant(float32Tensor([1, 64, 56, 56], new Float32Array(64 * 56 * 56)));
    const two = net.op('Conv', 'two_conv', [read, weight], attributes, 64);
    return net.model([net.op('GlobalAveragePool', 'y', [net.convRelu('end', net.op('Add', 'sum', [one, two]), 64)])]);
  }

  it('are all on integers', () => {
    expect(placed(twice('Relu')).nodes).toEqual(expect.arrayContaining(['one_conv', 'two_conv']));
  });

  it('all stay in floats where one has to', () => {
    const { nodes, reasons } = placed(twice('constant'), { mode: 'static' });
    expect(nodes).not.toContain('one_conv');
    expect(reasons.get('two_conv')).toMatch('constant');
    expect(reasons.get('one_conv')).toMatch('two_conv');
  });
});

describe('what cannot be on integers', () => {
  it('is said where sizes are not known', () => {
    const half = new ConvNet([1, 'channels', 8, 8]);
    const model = half.model([half.op('GlobalAveragePool', 'y', [half.conv('conv', 'x', 8)])]);
    expect(present(placed(model).reasons.get('conv'), 'reason')).toMatch('not known before running');
  });

  it('leaves a net without layers alone', () => {
    const net = new ConvNet(MAPS);
    expect(placed(net.model([net.op('MaxPool', 'y', ['x'], { kernel_shape: ints(2, 2) })])).nodes).toEqual([]);
  });
});

describe('other targets', () => {
  it.each(['node-x64-avx2', 'node-arm64', 'web-wasm'] as const)('%s has dense layers on integers', (target) => {
    expect(placed(squeezeNet(), { target }).nodes).toContain('fire2_right_conv');
  });
});
