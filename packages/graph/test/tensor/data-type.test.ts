import { describe, expect, it } from '@jest/globals';
import { onnx } from '#schema';
import { bitsOf, byteLengthOf, codeOf, dataTypeOf, isDataType, knownDataType } from '../../src/tensor/data-type.js';

const { DataType } = onnx.TensorProto;

describe('data types', () => {
  it('cover every code of the ONNX schema and come back from it', () => {
    const codes = Object.values(DataType).filter((code) => typeof code === 'number' && code !== DataType.UNDEFINED);
    expect(codes.map((code) => codeOf(dataTypeOf(Number(code), 'w')))).toEqual(codes);
  });

  it('carry the names of the schema, float32 and float64 by their width', () => {
    for (const [name, code] of Object.entries(DataType)) {
      const expected = { FLOAT: 'float32', DOUBLE: 'float64', UNDEFINED: undefined }[name] ?? name.toLowerCase();
      if (code !== DataType.UNDEFINED) expect(knownDataType(Number(code))).toBe(expected);
    }
  });

  it('know their names', () => {
    expect(isDataType('uint2')).toBe(true);
    expect(isDataType('double')).toBe(false);
    expect(isDataType('toString')).toBe(false);
  });

  it('refuse unknown codes by tensor name', () => {
    expect(knownDataType(0)).toBeUndefined();
    expect(() => dataTypeOf(99, 'conv.weight')).toThrow('tensor "conv.weight" has the unknown data type 99');
  });
});

describe('byteLengthOf', () => {
  it.each([
    ['float32', [2, 3], 24],
    ['float32', [], 4],
    ['complex128', [2], 32],
    ['int8', [0, 7], 0],
    ['int4', [3, 3], 5],
    ['float4e2m1', [2], 1],
    ['uint2', [5], 2],
  ] as const)('of %s %p is %d', (dataType, dims, expected) => {
    expect(byteLengthOf(dataType, dims)).toBe(expected);
  });

  it('has no answer for strings', () => {
    expect(() => bitsOf('string')).toThrow('elements of type string have no fixed width');
    expect(() => byteLengthOf('string', [1])).toThrow(expect.objectContaining({ code: 'TENSOR_NOT_NUMERIC' }));
  });
});
