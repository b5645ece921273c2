import { onnx } from 'onnx-proto';
import { InferenceSession, Tensor } from 'onnxruntime-node';

const { FLOAT, INT8 } = onnx.TensorProto.DataType;

/**
 * What onnxruntime's QuantizeLinear makes of `values` of shape `dims`, with int8 zero points of 0: one scale for the
 * whole tensor, or one per entry of `axis`. The model is encoded by onnx-proto, so nothing of this project is trusted.
 */
export async function quantizeLinear(
  values: Float32Array,
  dims: readonly number[],
  scales: Float32Array,
  axis: number | undefined,
): Promise<Int8Array> {
  const session = await InferenceSession.create(oracleModel(dims.length, scales, axis));
  const { y } = await session.run({ x: new Tensor('float32', values, dims) });
  await session.release();
  if (!(y?.data instanceof Int8Array)) throw new Error(`QuantizeLinear gave ${y?.type}`);
  return y.data;
}

function oracleModel(rank: number, scales: Float32Array, axis: number | undefined): Uint8Array {
  const dims = axis === undefined ? [] : [scales.length];
  const model = onnx.ModelProto.create({
    irVersion: 8,
    opsetImport: [{ domain: '', version: 13 }],
    graph: {
      name: 'oracle',
      node: [
        {
          opType: 'QuantizeLinear',
          input: ['x', 'scale', 'zero'],
          output: ['y'],
          attribute: axis === undefined ? [] : [{ name: 'axis', type: onnx.AttributeProto.AttributeType.INT, i: axis }],
        },
      ],
      initializer: [
        { name: 'scale', dataType: FLOAT, dims, floatData: [...scales] },
        { name: 'zero', dataType: INT8, dims, int32Data: new Array<number>(scales.length).fill(0) },
      ],
      input: [{ name: 'x', type: tensorType(FLOAT, rank) }],
      output: [{ name: 'y', type: tensorType(INT8, rank) }],
    },
  });
  return onnx.ModelProto.encode(model).finish();
}

function tensorType(elemType: number, rank: number): onnx.ITypeProto {
  const dim = Array.from({ length: rank }, (_, axis) => ({ dimParam: `d${axis}` }));
  return { tensorType: { elemType, shape: { dim } } };
}
