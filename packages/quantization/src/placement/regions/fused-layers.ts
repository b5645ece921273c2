import { type Model, type Node, type Value, type Weight, weightBehind } from '@onnx-compress/graph';

/** Labels of the layers with integer weights, by whether an integer kernel computes them. */
export interface LayerFusion {
  readonly fused: readonly string[];
  /** Their weights are turned into floats at every run, which is slower than a float model. */
  readonly unfused: readonly string[];
}

/** Kernels of onnxruntime that multiply integers and scale the result on the way. */
const INTEGER_KERNELS: ReadonlySet<string> = new Set([
  'DynamicQuantizeLSTM',
  'DynamicQuantizeMatMul',
  'MatMulIntegerToFloat',
  'MatMulNBits',
  'QGemm',
  'QLinearConv',
  'QLinearMatMul',
]);

/** Operators whose integer weight is read as it is; the others read it through DequantizeLinear. */
const READ_INTEGERS: ReadonlySet<string> = new Set([...INTEGER_KERNELS, 'MatMulInteger', 'ConvInteger']);

/** Where onnxruntime moves a node to another layout, it puts this and a number behind the name. */
const LAYOUT_SUFFIX = /_token_\d+$/;

/**
 * Tells which layers of a quantized model onnxruntime computes on integers.
 *
 * @param written the model as it was written
 * @param optimized what onnxruntime made of it (`optimizedModelFilePath`)
 * @example fusedLayers(written, optimized).unfused // ['conv1', ...]
 */
export function fusedLayers(written: Model, optimized: Model): LayerFusion {
  const kernels = [...optimized.nodes()].filter(({ opType }) => INTEGER_KERNELS.has(opType));
  const names = new Set(kernels.map(({ name }) => name.replace(LAYOUT_SUFFIX, '')));
  const constants = new Set(kernels.flatMap(({ inputs }) => inputs));
  const restored = new Set(
    [...optimized.nodes()]
      .filter(({ opType }) => opType === 'DequantizeLinear')
      .flatMap(({ inputs }) => inputs[0] ?? []),
  );
  const fused: string[] = [];
  const unfused: string[] = [];
  for (const node of written.nodes()) {
    const weight = integerWeight(node);
    if (weight === undefined) continue;
    const isFused = (constants.has(weight.name) || names.has(node.name)) && !restored.has(weight.name);
    (isFused ? fused : unfused).push(node.label);
  }
  return { fused, unfused };
}

/** The int8 or uint8 matrix or kernel that a layer multiplies with. */
function integerWeight(node: Node): Weight | undefined {
  if (node.opType === 'DequantizeLinear') return undefined;
  const readsIntegers = READ_INTEGERS.has(node.opType);
  for (const index of node.inputs.keys()) {
    const value = node.input(index);
    const weight = readsIntegers ? weightBehind(value) : dequantized(value);
    if (weight && /^u?int8$/.test(weight.tensor.dataType) && weight.tensor.dims.length > 1) return weight;
  }
  return undefined;
}

function dequantized(value: Value | undefined): Weight | undefined {
  const producer = value?.producer;
  return producer?.opType === 'DequantizeLinear' ? weightBehind(producer.input(0)) : undefined;
}
