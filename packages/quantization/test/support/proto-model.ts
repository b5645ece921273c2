import { type Model, memorySource, readModel } from '@onnx-compress/graph';
import { randomValues } from '@onnx-compress/test-kit';
import onnxProto from 'onnx-proto';

const { onnx } = onnxProto;
const { FLOAT } = onnx.TensorProto.DataType;

/** Keeps what a layer gives as large as what it reads. */
const SMALL = 0.1;

type NodeProto = onnxProto.onnx.INodeProto;
type AttributeProto = onnxProto.onnx.IAttributeProto;
type TensorProto = onnxProto.onnx.ITensorProto;
type ValueInfo = onnxProto.onnx.IValueInfoProto;
type FunctionProto = onnxProto.onnx.IFunctionProto;

/** A node named after its output. */
export function op(opType: string, input: readonly string[], output: string, more: NodeProto = {}): NodeProto {
  return { opType, name: output, input: [...input], output: [output], ...more };
}

/** A call of a function of the domain `local`. */
export function call(name: string, input: readonly string[], output: string): NodeProto {
  return op(name, input, output, { domain: 'local' });
}

/** A function of the domain `local` with the output `r`. */
export function fn(name: string, input: readonly string[], node: readonly NodeProto[]): FunctionProto {
  const opsetImport = [
    { domain: '', version: 17 },
    { domain: 'local', version: 1 },
  ];
  return { name, domain: 'local', input: [...input], output: ['r'], node: [...node], opsetImport };
}

/** A float tensor of random numbers, small enough for layers to be chained. */
export function weight(name: string, dims: readonly number[], seed: number): TensorProto {
  const count = dims.reduce((product, size) => product * size, 1);
  const values = randomValues(count, seed, SMALL);
  return { name, dims: [...dims], dataType: FLOAT, rawData: new Uint8Array(values.buffer) };
}

/** A Constant node of random numbers. */
export function constant(name: string, dims: readonly number[], seed: number): NodeProto {
  return op('Constant', [], name, {
    attribute: [{ name: 'value', type: onnx.AttributeProto.AttributeType.TENSOR, t: weight('', dims, seed) }],
  });
}

/** An integer attribute. */
export function int(name: string, value: number): AttributeProto {
  return { name, type: onnx.AttributeProto.AttributeType.INT, i: value };
}

/** A float value with its shape. */
export function typed(name: string, dims: readonly number[], elemType: number = FLOAT): ValueInfo {
  return { name, type: { tensorType: { elemType, shape: { dim: dims.map((dimValue) => ({ dimValue })) } } } };
}

/** A body in an attribute. */
export function body(name: string, graph: onnxProto.onnx.IGraphProto): AttributeProto {
  return { name, type: onnx.AttributeProto.AttributeType.GRAPH, g: { name, ...graph } };
}

/** A model of opset 17 with functions of the domain `local`. */
export function modelOf(graph: onnxProto.onnx.IGraphProto, functions: readonly FunctionProto[] = []): Promise<Model> {
  const opsetImport = [
    { domain: '', version: 17 },
    { domain: 'local', version: 1 },
  ];
  const model = onnx.ModelProto.create({
    irVersion: 8,
    opsetImport,
    functions: [...functions],
    graph: { name: 'main', ...graph },
  });
  return readModel(memorySource(Uint8Array.from(onnx.ModelProto.encode(model).finish())));
}
