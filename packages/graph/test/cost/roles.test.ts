import { describe, expect, it } from '@jest/globals';
import { buildModel, type ModelSpec, randomFloats } from '@onnx-compress/test-kit';
import { countCosts } from '../../src/cost/count-costs.js';
import { ShapeTable } from '../../src/shapes/shape-table.js';
import { int64Tensor } from '../../src/tensor/numbers.js';
import { zeros } from './single-node.js';

const com = 'com.microsoft';
const floats = (...dims: number[]) => randomFloats(dims, 1);

/** Elements by role of a model with input x [1, 4, 8, 8]. */
function elements(weights: NonNullable<ModelSpec['weights']>, nodes: ModelSpec['nodes'], output = 'y') {
  const inputs = { x: ['float32', [1, 4, 8, 8]] } as const;
  const model = buildModel({ opsets: { [com]: 1 }, inputs, outputs: [output], weights, nodes });
  return countCosts(model, new ShapeTable()).elementsByRole;
}

describe('weights and biases', () => {
  it('are told apart by the slots of Conv, Gemm and LSTM', () => {
    const counted = elements(
      {
        w: floats(8, 4, 3, 3),
        b: floats(8),
        g: floats(288, 5),
        c: floats(5),
        lw: floats(1, 12, 5),
        lr: floats(1, 12, 3),
        lb: floats(1, 24),
      },
      [
        { opType: 'Conv', inputs: ['x', 'w', 'b'], outputs: ['f'] },
        { opType: 'Flatten', inputs: ['f'], outputs: ['r'] },
        { opType: 'Gemm', inputs: ['r', 'g', 'c'], outputs: ['s'] },
        { opType: 'LSTM', inputs: ['s', 'lw', 'lr', 'lb'], outputs: ['y'] },
      ],
    );
    expect(counted).toEqual({
      weight: 8 * 4 * 9 + 288 * 5 + 60 + 36,
      bias: 8 + 5 + 24,
      normalization: 0,
      quantization: 0,
      other: 0,
    });
  });

  it('are told apart where an Add behind a MatMul holds the bias, on either side and behind a Cast', () => {
    for (const inputs of [
      ['cast', 'b'],
      ['b', 'cast'],
    ]) {
      const counted = elements({ w: floats(8, 5), b: floats(5) }, [
        { opType: 'MatMul', inputs: ['x', 'w'], outputs: ['product'] },
        { opType: 'Cast', inputs: ['product'], outputs: ['cast'], attributes: { to: { int: 1 } } },
        { opType: 'Add', inputs, outputs: ['y'] },
      ]);
      expect(counted).toMatchObject({ weight: 40, bias: 5, normalization: 0 });
    }
  });

  it('do not include a vector added to a product that something else reads too', () => {
    const counted = elements({ w: floats(8, 5), v: floats(5) }, [
      { opType: 'MatMul', inputs: ['x', 'w'], outputs: ['product'] },
      { opType: 'Add', inputs: ['product', 'v'], outputs: ['shifted'] },
      { opType: 'Mul', inputs: ['product', 'shifted'], outputs: ['y'] },
    ]);
    expect(counted).toMatchObject({ weight: 40, bias: 0, normalization: 5 });
  });

  it('include position tables and slopes, but no single numbers, shapes or masks', () => {
    const counted = elements(
      {
        positions: floats(1, 4, 8, 8),
        slope: floats(4, 1, 1),
        half: floats(),
        shape: int64Tensor([2], [1, 256]),
        mask: zeros('bool', [1, 256]),
        scales: floats(4),
      },
      [
        { opType: 'Add', inputs: ['x', 'positions'], outputs: ['p'] },
        { opType: 'PRelu', inputs: ['p', 'slope'], outputs: ['s'] },
        { opType: 'Mul', inputs: ['s', 'half'], outputs: ['h'] },
        { opType: 'Reshape', inputs: ['h', 'shape'], outputs: ['r'] },
        { opType: 'Where', inputs: ['mask', 'r', 'r'], outputs: ['w'] },
        { opType: 'Resize', inputs: ['x', '', 'scales'], outputs: ['y'] },
      ],
      'y',
    );
    expect(counted).toEqual({ weight: 256 + 4, bias: 0, normalization: 0, quantization: 0, other: 1 + 2 + 256 + 4 });
  });
});

describe('constants behind other constants', () => {
  it('are shapes where a kernel is filled with one number', () => {
    const counted = elements({ shape: int64Tensor([4], [8, 4, 3, 3]) }, [
      { opType: 'ConstantOfShape', inputs: ['shape'], outputs: ['w'] },
      { opType: 'Conv', inputs: ['x', 'w'], outputs: ['y'] },
    ]);
    expect(counted).toMatchObject({ weight: 0, other: 4 });
  });

  it('are weights where a Transpose stands in between', () => {
    const counted = elements({ w: floats(5, 8) }, [
      { opType: 'Transpose', inputs: ['w'], outputs: ['t'] },
      { opType: 'MatMul', inputs: ['x', 't'], outputs: ['y'] },
    ]);
    expect(counted).toMatchObject({ weight: 40 });
  });
});

describe('normalization', () => {
  it('is what a BatchNormalization holds, and scale and shift written out', () => {
    const vector = () => floats(4);
    const counted = elements(
      { s: vector(), b: vector(), m: vector(), v: vector(), scale: floats(1, 4, 1, 1), shift: floats(1, 4, 1, 1) },
      [
        { opType: 'BatchNormalization', inputs: ['x', 's', 'b', 'm', 'v'], outputs: ['n'] },
        { opType: 'Mul', inputs: ['n', 'scale'], outputs: ['scaled'] },
        { opType: 'Add', inputs: ['scaled', 'shift'], outputs: ['y'] },
      ],
    );
    expect(counted).toEqual({ weight: 0, bias: 0, normalization: 16 + 8, quantization: 0, other: 0 });
  });
});

describe('quantized forms', () => {
  it('keep weight and bias of a QLinearConv apart from its scales and zero points', () => {
    const scalar = () => floats();
    const zero = () => zeros('uint8', []);
    const counted = elements(
      {
        xs: scalar(),
        xz: zero(),
        w: zeros('int8', [6, 4, 3, 3]),
        ws: floats(6),
        wz: zeros('int8', [6]),
        ys: scalar(),
        yz: zero(),
        b: zeros('int32', [6]),
      },
      [
        { opType: 'QuantizeLinear', inputs: ['x', 'xs', 'xz'], outputs: ['q'] },
        { opType: 'QLinearConv', inputs: ['q', 'xs', 'xz', 'w', 'ws', 'wz', 'ys', 'yz', 'b'], outputs: ['y'] },
      ],
    );
    expect(counted).toEqual({ weight: 216, bias: 6, normalization: 0, quantization: 2 + 12 + 2, other: 0 });
  });

  it('see weights through DequantizeLinear and through Cast and Mul', () => {
    const counted = elements(
      { w: zeros('int8', [6, 4, 3, 3]), ws: floats(6), v: zeros('int8', [6, 6, 1, 1]), vs: floats(6, 1, 1, 1) },
      [
        { opType: 'DequantizeLinear', inputs: ['w', 'ws'], outputs: ['wf'], attributes: { axis: { int: 0 } } },
        { opType: 'Conv', inputs: ['x', 'wf'], outputs: ['c'] },
        { opType: 'Cast', inputs: ['v'], outputs: ['vc'], attributes: { to: { int: 1 } } },
        { opType: 'Mul', inputs: ['vc', 'vs'], outputs: ['vf'] },
        { opType: 'Conv', inputs: ['c', 'vf'], outputs: ['y'] },
      ],
    );
    expect(counted).toEqual({ weight: 216 + 36, bias: 0, normalization: 0, quantization: 12, other: 0 });
  });

  it('count packed weights with the elements that they stand for', () => {
    const attributes = { K: { int: 64 }, N: { int: 6 }, bits: { int: 4 }, block_size: { int: 32 } };
    const counted = elements({ w: zeros('uint8', [6, 2, 16]), s: floats(12) }, [
      { opType: 'MatMulNBits', domain: com, inputs: ['x', 'w', 's'], outputs: ['y'], attributes },
    ]);
    expect(counted).toMatchObject({ weight: 64 * 6, quantization: 12 });
  });
});
