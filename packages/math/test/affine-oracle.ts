import { onnx } from 'onnx-proto';
import type { AffineParameters } from '../src/quantize-affine.js';

const { FLOAT, UINT8 } = onnx.TensorProto.DataType;
const { INT } = onnx.AttributeProto.AttributeType;

/**
 * A model of QuantizeLinear (output `integers`, uint8) and DequantizeLinear (output `floats`) over an input `x`, with
 * one scale and zero point for the whole tensor or one per entry of `axis`. It is encoded by onnx-proto, so nothing of
 * this project is trusted.
 */
export function affineOracle(rank: number, { scales, zeroPoints }: AffineParameters, axis?: number): Uint8Array {
  const dims = axis === undefined ? [] : [scales.length];
  const attribute = axis === undefined ? [] : [{ name: 'axis', type: INT, i: axis }];
  const model = onnx.ModelProto.create({
    irVersion: 8,
    opsetImport: [{ domain: '', version: 13 }],
    graph: {
      name: 'oracle',
      node: [
        { opType: 'QuantizeLinear', input: ['x', 'scale', 'zero'], output: ['integers'], attribute },
        { opType: 'DequantizeLinear', input: ['integers', 'scale', 'zero'], output: ['floats'], attribute },
      ],
      initializer: [
        { name: 'scale', dataType: FLOAT, dims, floatData: [...scales] },
        { name: 'zero', dataType: UINT8, dims, int32Data: [...zeroPoints] },
      ],
      input: [{ name: 'x', type: tensorType(FLOAT, rank) }],
      output: [
        { name: 'integers', type: tensorType(UINT8, rank) },
        { name: 'floats', type: tensorType(FLOAT, rank) },
      ],
    },
  });
  return onnx.ModelProto.encode(model).finish();
}

function tensorType(elemType: number, rank: number): onnx.ITypeProto {
  const dim = Array.from({ length: rank }, (_, axis) => ({ dimParam: `d${axis}` }));
  return { tensorType: { elemType, shape: { dim } } };
}
