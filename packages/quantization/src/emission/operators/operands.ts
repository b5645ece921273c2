import type { Node, Value } from '@onnx-compress/graph';

/** What a DequantizeLinear or a QuantizeLinear says about integers, as names of values. */
export interface Integers {
  readonly values: string;
  readonly scale: string;
  readonly zeroPoint: string;
}

/** A QuantizeLinear behind a node, and the activation function between them if there is one. */
export interface QuantizedOutput extends Integers {
  readonly quantize: Node;
  readonly activation: Node | undefined;
}

/** The integers that an input of a node is made of; undefined where it is not dequantized. */
export function integersAt(node: Node, index: number): Integers | undefined {
  const producer = node.input(index)?.producer;
  if (producer?.opType !== 'DequantizeLinear') return undefined;
  const [values = '', scale = '', zeroPoint = ''] = producer.inputs;
  return { values, scale, zeroPoint };
}

/** The integers that an output of a node becomes; undefined where somebody reads floats. */
export function quantizedOutput(node: Node, index = 0): QuantizedOutput | undefined {
  const reader = onlyReader(node.output(index));
  const activation = reader?.opType === 'Relu' || reader?.opType === 'Clip' ? reader : undefined;
  const quantize = activation ? onlyReader(activation.output(0)) : reader;
  if (quantize?.opType !== 'QuantizeLinear') return undefined;
  const [, scale = '', zeroPoint = ''] = quantize.inputs;
  const [values = ''] = quantize.outputs;
  return { quantize, activation, values, scale, zeroPoint };
}

/** The node that alone reads a value; undefined for several readers and for graph outputs. */
export function onlyReader(value: Value | undefined): Node | undefined {
  const [use, ...others] = value?.uses ?? [];
  return use?.kind === 'input' && others.length === 0 ? use.node : undefined;
}
