import {
  type AttributeValue,
  type DataType,
  int32Tensor,
  int64Tensor,
  memoryTensor,
  type Node,
  type Tensor,
} from '@onnx-compress/graph';
import { UNNAMED } from '../../emission/rewrite-node.js';

/** ONNX numbers of the types that integers are cast to. */
export const INTEGER_TYPES = { uint8: 2, int8: 3, int32: 6, int64: 7, uint64: 13 } as const;

type Attributes = Readonly<Record<string, AttributeValue>>;

/** Adds nodes one behind the other, each named after what they compute together. */
export class IntegerNodes {
  #last: Node;

  constructor(
    behind: Node,
    private readonly name: string,
  ) {
    this.#last = behind;
  }

  /** Adds a node and returns its output, which is a new name unless it is told. */
  add(opType: string, inputs: readonly string[], attributes: Attributes = {}, output?: string): string {
    const { graph } = this.#last;
    const name = output ?? graph.uniqueName(`${this.name}_${opType.toLowerCase()}`);
    this.#last = graph.addNode({ ...UNNAMED, opType, inputs, outputs: [name], attributes }, { after: this.#last });
    return name;
  }

  cast(input: string, type: keyof typeof INTEGER_TYPES, output?: string): string {
    return this.add('Cast', [input], { to: { int: INTEGER_TYPES[type] } }, output);
  }

  /** Integers less their zero point, in a wider type. */
  centred(input: string, zeroPoint: number, type: 'int32' | 'int64'): string {
    const wide = this.cast(input, type);
    const zero = type === 'int32' ? int32Tensor([], [zeroPoint]) : int64Tensor([], [zeroPoint]);
    return zeroPoint === 0 ? wide : this.add('Sub', [wide, this.constant('zero', zero)]);
  }

  constant(purpose: string, tensor: Tensor): string {
    const { graph } = this.#last;
    return graph.addWeight(graph.uniqueName(`${this.name}_${purpose}`), tensor).name;
  }

  int64(purpose: string, values: readonly bigint[], dims: readonly number[]): string {
    return this.#wide(purpose, 'int64', values, dims);
  }

  uint64(purpose: string, values: readonly bigint[], dims: readonly number[]): string {
    return this.#wide(purpose, 'uint64', values, dims);
  }

  /** One number in place of many where all are equal. */
  #wide(purpose: string, type: DataType, values: readonly bigint[], dims: readonly number[]): string {
    const isOne = values.every((value) => value === values[0]);
    const kept = BigInt64Array.from(isOne ? values.slice(0, 1) : values);
    return this.constant(purpose, memoryTensor(type, isOne ? [] : dims, new Uint8Array(kept.buffer)));
  }
}
