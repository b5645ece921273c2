import { type Model, memorySource, readModel } from '@onnx-compress/graph';
import { randomValues } from '@onnx-compress/test-kit';
import onnxProto from 'onnx-proto';

const { onnx } = onnxProto;
const { DataType } = onnx.TensorProto;
const { GRAPH, INT, INTS, TENSOR } = onnx.AttributeProto.AttributeType;

type NodeProto = onnxProto.onnx.INodeProto;
type GraphProto = onnxProto.onnx.IGraphProto;
type AttributeProto = onnxProto.onnx.IAttributeProto;
type Dims = readonly (number | string)[];

let seed = 0;

/** A weight of random numbers, as an initializer has it. */
export function weight(name: string, dims: readonly number[], scale = 0.5): onnxProto.onnx.ITensorProto {
  const count = dims.reduce((product, size) => product * size, 1);
  const values = randomValues(count, ++seed).map((value) => value * scale);
  return { name, dims: [...dims], dataType: DataType.FLOAT, rawData: new Uint8Array(values.buffer) };
}

export function integers(name: string, values: readonly number[], dims: readonly number[] = [values.length]) {
  return { name, dims: [...dims], dataType: DataType.INT64, int64Data: [...values] };
}

export function truth(name: string) {
  return { name, dims: [], dataType: DataType.BOOL, int32Data: [1] };
}

export function typed(name: string, dims: Dims, elemType: number = DataType.FLOAT): onnxProto.onnx.IValueInfoProto {
  const dim = dims.map((size) => (typeof size === 'string' ? { dimParam: size } : { dimValue: size }));
  return { name, type: { tensorType: { elemType, shape: { dim } } } };
}

export const flag = (name: string) => typed(name, [], DataType.BOOL);
export const counter = (name: string) => typed(name, [], DataType.INT64);

/** A node of one output that is named after it. */
export function op(
  opType: string,
  input: readonly string[],
  output: string,
  attribute: readonly AttributeProto[] = [],
): NodeProto {
  return { opType, name: `${output}_node`, input: [...input], output: [output], attribute: [...attribute] };
}

/** A Constant node that holds a weight. */
export function constant(name: string, dims: readonly number[]): NodeProto {
  return op('Constant', [], name, [{ name: 'value', type: TENSOR, t: weight('', dims) }]);
}

export const int = (name: string, value: number): AttributeProto => ({ name, type: INT, i: value });
export const ints = (name: string, values: readonly number[]): AttributeProto => ({
  name,
  type: INTS,
  ints: [...values],
});
export const body = (name: string, g: GraphProto): AttributeProto => ({ name, type: GRAPH, g: { name, ...g } });

/** A model with bodies, written by onnx-proto. */
export function modelWithBodies(graph: GraphProto, version = 17): Promise<Model> {
  const model = onnx.ModelProto.create({
    irVersion: 8,
    opsetImport: [{ domain: '', version }],
    graph: { name: 'bodies', ...graph },
  });
  return readModel(memorySource(Uint8Array.from(onnx.ModelProto.encode(model).finish())));
}
