import onnxProto from 'onnx-proto';
import { randomValues } from './random.js';

const { onnx } = onnxProto;
const { DataType } = onnx.TensorProto;

/** Shape and seed of the two weight matrices of {@link ifModelBytes}. */
export interface IfModelOptions {
  readonly rows?: number;
  readonly columns?: number;
  readonly seed?: number;
}

const tensorType = (elemType: number, dims: readonly number[]) => ({
  tensorType: { elemType, shape: { dim: dims.map((dimValue) => ({ dimValue })) } },
});

const floatTensor = (name: string, dims: number[], values: Float32Array) => ({
  name,
  dims,
  dataType: DataType.FLOAT,
  rawData: new Uint8Array(values.buffer),
});

/**
 * File bytes of a model with an If node, written by onnx-proto and so independent of `graph`: inputs `condition`
 * (bool scalar) and `x` (float32 [1, rows]), output `y` (float32 [1, columns]). The then branch multiplies `x` by a
 * weight in a Constant node of its own, the else branch by the main graph's initializer `else_weight`.
 */
export function ifModelBytes({ rows = 16, columns = 8, seed = 1 }: IfModelOptions = {}): Uint8Array {
  const weight = (name: string, stream: number) =>
    floatTensor(name, [rows, columns], randomValues(rows * columns, seed * 2 + stream));
  const output = (name: string) => ({ name, type: tensorType(DataType.FLOAT, [1, columns]) });
  const multiply = (weightName: string, result: string) => ({
    opType: 'MatMul',
    name: `${result}_matmul`,
    input: ['x', weightName],
    output: [result],
  });
  const attribute = { name: 'value', type: onnx.AttributeProto.AttributeType.TENSOR, t: weight('', 0) };
  const constant = { opType: 'Constant', name: 'then_constant', output: ['then_weight'], attribute: [attribute] };
  const branch = (name: string, node: onnxProto.onnx.INodeProto[], result: string) => ({
    name,
    type: onnx.AttributeProto.AttributeType.GRAPH,
    g: { name, node, output: [output(result)] },
  });
  const model = onnx.ModelProto.create({
    irVersion: 8,
    producerName: 'onnx-compress tests',
    opsetImport: [{ domain: '', version: 17 }],
    graph: {
      name: 'if_model',
      input: [
        { name: 'condition', type: tensorType(DataType.BOOL, []) },
        { name: 'x', type: tensorType(DataType.FLOAT, [1, rows]) },
      ],
      output: [output('y')],
      initializer: [weight('else_weight', 1)],
      node: [
        {
          opType: 'If',
          name: 'choose',
          input: ['condition'],
          output: ['y'],
          attribute: [
            branch('then_branch', [constant, multiply('then_weight', 'then_result')], 'then_result'),
            branch('else_branch', [multiply('else_weight', 'else_result')], 'else_result'),
          ],
        },
      ],
    },
  });
  return Uint8Array.from(onnx.ModelProto.encode(model).finish());
}
