import { type DataType, type Model, memoryTensor, modelBytes, type Tensor } from '@onnx-compress/graph';
import * as ort from 'onnxruntime-node';

/** How onnxruntime may rewrite the graph before running it. */
export type OptimizationLevel = 'disabled' | 'basic' | 'extended' | 'all';

type RuntimeTensor = (buffer: ArrayBuffer, dims: readonly number[]) => ort.Tensor;

/** The types that onnxruntime-node passes in and out safely; fetching others can abort the process. */
const RUNTIME_TENSORS: Partial<Record<DataType, RuntimeTensor>> = {
  float32: (buffer, dims) => new ort.Tensor('float32', new Float32Array(buffer), dims),
  float64: (buffer, dims) => new ort.Tensor('float64', new Float64Array(buffer), dims),
  float16: (buffer, dims) => new ort.Tensor('float16', new Uint16Array(buffer), dims),
  int8: (buffer, dims) => new ort.Tensor('int8', new Int8Array(buffer), dims),
  uint8: (buffer, dims) => new ort.Tensor('uint8', new Uint8Array(buffer), dims),
  int16: (buffer, dims) => new ort.Tensor('int16', new Int16Array(buffer), dims),
  uint16: (buffer, dims) => new ort.Tensor('uint16', new Uint16Array(buffer), dims),
  int32: (buffer, dims) => new ort.Tensor('int32', new Int32Array(buffer), dims),
  uint32: (buffer, dims) => new ort.Tensor('uint32', new Uint32Array(buffer), dims),
  int64: (buffer, dims) => new ort.Tensor('int64', new BigInt64Array(buffer), dims),
  uint64: (buffer, dims) => new ort.Tensor('uint64', new BigUint64Array(buffer), dims),
  bool: (buffer, dims) => new ort.Tensor('bool', new Uint8Array(buffer), dims),
};

const isRuntimeType = (type: string): type is keyof typeof RUNTIME_TENSORS => Object.hasOwn(RUNTIME_TENSORS, type);

async function toRuntime(name: string, tensor: Tensor): Promise<ort.Tensor> {
  const construct = RUNTIME_TENSORS[tensor.dataType];
  if (construct === undefined) throw new Error(`runModel: cannot feed '${name}' of type ${tensor.dataType}`);
  const buffer = new ArrayBuffer(tensor.byteLength);
  new Uint8Array(buffer).set(await tensor.bytes());
  return construct(buffer, tensor.dims);
}

function fromRuntime(name: string, tensor: ort.Tensor): Tensor {
  const { data, type } = tensor;
  if (!isRuntimeType(type) || Array.isArray(data)) throw new Error(`runModel: cannot fetch '${name}' of type ${type}`);
  return memoryTensor(type, tensor.dims, new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice());
}

/**
 * Runs a model once in onnxruntime, on the calling thread, with one thread of its own.
 *
 * @param feeds a tensor for each graph input, by name.
 * @returns every graph output, by name.
 * @throws Error of onnxruntime where the model does not load or run.
 * @example
 * const outputs = await runModel(model, { x: randomFloats([1, 3, 8, 8], 7) });
 */
export async function runModel(
  model: Model | Uint8Array,
  feeds: Readonly<Record<string, Tensor>>,
  graphOptimizationLevel: OptimizationLevel = 'all',
): Promise<Map<string, Tensor>> {
  const bytes = model instanceof Uint8Array ? model : await modelBytes(model);
  const options = { graphOptimizationLevel, intraOpNumThreads: 1, logSeverityLevel: 3 } as const;
  const session = await ort.InferenceSession.create(bytes, options);
  try {
    const inputs: Record<string, ort.Tensor> = {};
    for (const [name, tensor] of Object.entries(feeds)) inputs[name] = await toRuntime(name, tensor);
    const outputs = await session.run(inputs);
    return new Map(Object.entries(outputs).map(([name, tensor]) => [name, fromRuntime(name, tensor)]));
  } finally {
    await session.release();
  }
}
