import { describe, expect, it } from '@jest/globals';
import { countCosts } from '../../src/cost/count-costs.js';
import { createModel } from '../../src/model/create.js';
import { ShapeTable } from '../../src/shapes/shape-table.js';
import { type SingleNode, single, zeros } from './single-node.js';

const com = 'com.microsoft';
const int = (value: number) => ({ int: value });

describe('MACs', () => {
  it.each<readonly [string, SingleNode, number]>([
    [
      'Conv',
      { node: { opType: 'Conv' }, inputs: [[1, 3, 8, 8], [16, 3, 3, 3], [16]], weights: [1, 2], output: [1, 16, 6, 6] },
      16 * 36 * 27,
    ],
    [
      'depthwise Conv',
      {
        node: { opType: 'Conv' },
        inputs: [
          [2, 8, 4, 4],
          [8, 1, 3, 3],
        ],
        weights: [1],
        output: [2, 8, 4, 4],
      },
      2 * 8 * 16 * 9,
    ],
    [
      'QLinearConv',
      {
        node: { opType: 'QLinearConv' },
        inputs: [[1, 2, 4, 4], [], [], [5, 2, 1, 1], [], [], [], []],
        weights: [1, 2, 3, 4, 5, 6, 7],
        output: [1, 5, 4, 4],
      },
      5 * 16 * 2,
    ],
    [
      'ConvInteger',
      {
        node: { opType: 'ConvInteger' },
        inputs: [
          [1, 2, 4],
          [5, 2, 3],
        ],
        weights: [1],
        output: [1, 5, 2],
      },
      5 * 2 * 6,
    ],
    [
      'ConvTranspose',
      {
        node: { opType: 'ConvTranspose' },
        inputs: [
          [1, 4, 5, 5],
          [4, 6, 2, 2],
        ],
        weights: [1],
        output: [1, 6, 10, 10],
      },
      4 * 25 * 6 * 4,
    ],
    [
      'Gemm',
      { node: { opType: 'Gemm' }, inputs: [[7, 10], [10, 3], [3]], weights: [1, 2], output: [7, 3] },
      7 * 10 * 3,
    ],
    [
      'Gemm with transA and transB',
      {
        node: { opType: 'Gemm', attributes: { transA: int(1), transB: int(1) } },
        inputs: [
          [10, 7],
          [3, 10],
        ],
        weights: [1],
        output: [7, 3],
      },
      7 * 10 * 3,
    ],
    [
      'QGemm',
      {
        node: { opType: 'QGemm', domain: com, attributes: { transB: int(1) } },
        inputs: [[7, 10], [], [], [3, 10]],
        weights: [1, 2, 3],
        output: [7, 3],
      },
      7 * 10 * 3,
    ],
    [
      'batched MatMul of two activations',
      {
        node: { opType: 'MatMul' },
        inputs: [
          [2, 1, 4, 5],
          [3, 5, 6],
        ],
        output: [2, 3, 4, 6],
      },
      6 * 4 * 5 * 6,
    ],
    ['MatMul with a vector', { node: { opType: 'MatMul' }, inputs: [[4, 5], [5]], output: [4] }, 20],
    [
      'MatMul whose left side has no known shape',
      {
        node: { opType: 'MatMul' },
        inputs: [
          [undefined, undefined],
          [5, 6],
        ],
        weights: [1],
        output: [4, 6],
      },
      120,
    ],
    [
      'MatMul whose right side has no known shape',
      {
        node: { opType: 'MatMul' },
        inputs: [
          [4, 5],
          [undefined, 6],
        ],
        output: [4, 6],
      },
      120,
    ],
    [
      'MatMulInteger',
      {
        node: { opType: 'MatMulInteger' },
        inputs: [
          [4, 5],
          [5, 6],
        ],
        weights: [1],
        output: [4, 6],
      },
      120,
    ],
    [
      'QLinearMatMul',
      {
        node: { opType: 'QLinearMatMul' },
        inputs: [[4, 5], [], [], [5, 6], [], [], [], []],
        weights: [1, 2, 3, 4, 5, 6, 7],
        output: [4, 6],
      },
      120,
    ],
    [
      'DynamicQuantizeMatMul',
      {
        node: { opType: 'DynamicQuantizeMatMul', domain: com },
        inputs: [
          [4, 5],
          [5, 6],
        ],
        weights: [1],
        output: [4, 6],
      },
      120,
    ],
    [
      'FusedMatMul, transposed',
      {
        node: { opType: 'FusedMatMul', domain: com, attributes: { transB: int(1) } },
        inputs: [
          [2, 4, 5],
          [2, 6, 5],
        ],
        output: [2, 4, 6],
      },
      240,
    ],
    [
      'MatMulNBits',
      {
        node: { opType: 'MatMulNBits', domain: com, attributes: { K: int(64), N: int(6) } },
        inputs: [
          [4, 64],
          [6, 2, 16],
        ],
        weights: [1],
        output: [4, 6],
      },
      4 * 64 * 6,
    ],
    [
      'bidirectional LSTM, every time step',
      {
        node: { opType: 'LSTM' },
        inputs: [
          [10, 2, 5],
          [2, 12, 5],
          [2, 12, 3],
        ],
        weights: [1, 2],
        output: [10, 2, 2, 3],
      },
      10 * 2 * (120 + 72),
    ],
    [
      'Einsum',
      {
        node: { opType: 'Einsum', attributes: { equation: { string: 'bij, bjk -> bik' } } },
        inputs: [
          [2, 3, 4],
          [2, 4, 5],
        ],
        output: [2, 3, 5],
      },
      120,
    ],
    [
      'Einsum with an ellipsis',
      {
        node: { opType: 'Einsum', attributes: { equation: { string: '...ij,...jk->...ik' } } },
        inputs: [
          [7, 2, 3, 4],
          [1, 4, 5],
        ],
        output: [7, 2, 3, 5],
      },
      7 * 2 * 60,
    ],
    [
      'Einsum of one operand',
      { node: { opType: 'Einsum', attributes: { equation: { string: 'ij->ji' } } }, inputs: [[3, 4]], output: [4, 3] },
      0,
    ],
    [
      'Attention',
      {
        node: { opType: 'Attention' },
        inputs: [
          [2, 4, 5, 8],
          [2, 4, 7, 8],
          [2, 4, 7, 6],
        ],
        output: [2, 4, 5, 6],
      },
      2 * 4 * 5 * 7 * (8 + 6),
    ],
    [
      'fused Attention of onnxruntime',
      {
        node: { opType: 'Attention', domain: com },
        inputs: [[2, 5, 8], [8, 24], [24]],
        weights: [1, 2],
        output: [2, 5, 8],
      },
      2 * 5 * 8 * 24 + 2 * 5 * 5 * 16,
    ],
    [
      'symbolic dims at their assumed size',
      {
        node: { opType: 'MatMul' },
        inputs: [
          ['n', 5],
          [5, 6],
        ],
        weights: [1],
        output: ['n', 6],
        assumed: { n: 3 },
      },
      90,
    ],
    [
      'elementwise operators',
      {
        node: { opType: 'Mul' },
        inputs: [
          [4, 5],
          [4, 5],
        ],
        output: [4, 5],
      },
      0,
    ],
  ])('of %s', (_, model, expected) => {
    const costs = countCosts(...single(model));
    expect(costs.macs).toBe(expected);
    expect(costs.unknownMacs).toEqual([]);
  });

  it.each<readonly [string, SingleNode]>([
    [
      'no output shape',
      {
        node: { opType: 'MatMul' },
        inputs: [
          [4, 5],
          [5, 6],
        ],
        weights: [1],
        output: [undefined, 6],
      },
    ],
    [
      'a symbol without a size',
      {
        node: { opType: 'MatMul' },
        inputs: [
          ['n', 5],
          [5, 6],
        ],
        weights: [1],
        output: ['n', 6],
      },
    ],
    ['a packed operator', { node: { opType: 'QAttention', domain: com }, inputs: [[1, 2, 3]], output: [1, 2, 3] }],
    [
      'an Einsum of three operands',
      {
        node: { opType: 'Einsum', attributes: { equation: { string: 'i,i,i->' } } },
        inputs: [[2], [2], [2]],
        output: [],
      },
    ],
  ])('names nodes with %s', (_, model) => {
    const costs = countCosts(...single(model));
    expect(costs.macs).toBe(0);
    expect(costs.unknownMacs).toEqual(['node']);
  });

  it('sees the shape of a weight through DequantizeLinear', () => {
    const model = createModel({ inputs: [{ name: 'x' }], outputs: [{ name: 'y' }] });
    model.graph.addWeight('w', zeros('int8', [5, 6]));
    model.graph.addWeight('s', zeros('float32', []));
    model.graph.addNode({ opType: 'DequantizeLinear', inputs: ['w', 's'], outputs: ['wf'] });
    const node = model.graph.addNode({ opType: 'MatMul', inputs: ['x', 'wf'], outputs: ['y'] });
    const shapes = new ShapeTable();
    const output = node.output(0);
    if (output) shapes.set(output, { dataType: 'float32', dims: [4, 6] });
    expect(countCosts(model, shapes)).toMatchObject({ macs: 120, parameters: 31, weightBytes: 34, nodes: 2 });
  });
});
