import type { Model } from '../../model/model.js';
import type { Node } from '../../model/node.js';
import type { Value } from '../../model/value.js';
import type { Weight } from '../../model/weight.js';
import { elementCount } from '../../tensor/element-count.js';
import { inExecutionOrder, isLowBit, type LayerNodes } from '../layers/layer-nodes.js';
import type { Role } from './role.js';
import { slotRole } from './slots.js';

/** A constant and what it is there for. */
export interface ConstantUse {
  readonly weight: Weight;
  readonly role: Role;
  /** Elements; of packed weights those that they stand for. */
  readonly elements: number;
  /** The node that reads it first, seen through everything that is computed from constants alone. */
  readonly reader: Reader | undefined;
  /** All nodes that read it so. */
  readonly readers: readonly Reader[];
}

/** An input slot of a node. */
export interface Reader {
  readonly node: Node;
  readonly index: number;
}

/** What is known when a constant is judged. */
interface Surroundings {
  readonly constant: ReadonlySet<Value>;
  readonly layers: LayerNodes;
  readonly rank: ReadonlyMap<Node, number>;
}

/** Elementwise operators that apply a vector along one axis. */
const ELEMENTWISE: ReadonlySet<string> = new Set(['Add', 'Sub', 'Mul', 'Div', 'Pow']);

/** Operators through which a scale meets the integers that it belongs to. */
const UNCHANGED: ReadonlySet<string> = new Set(['Cast', 'Identity', 'Transpose', 'Reshape', 'Unsqueeze', 'Add', 'Sub']);

/** Types of shapes, indices, masks and text. */
const NO_WEIGHTS: ReadonlySet<string> = new Set(['string', 'bool', 'int64', 'uint64']);

/** Operators with packed weights, of whose elements the attributes K and N say the number. */
const PACKED: ReadonlySet<string> = new Set(['MatMulNBits', 'MatMulBnb4']);

/** All constants of a model with their roles, each once however many nodes read it. */
export function constantUses(model: Model, constant: ReadonlySet<Value>, layers: LayerNodes): readonly ConstantUse[] {
  const rank = new Map([...inExecutionOrder(model)].map((node, index) => [node, index]));
  return [...model.weights()].map((weight) => useOf(weight, { constant, layers, rank }));
}

function useOf(weight: Weight, around: Surroundings): ConstantUse {
  const { readers, isScale } = traceReaders(weight.value, around.constant);
  const reader = firstOf(readers, around.rank);
  const role = isScale ? 'quantization' : roleOf(weight, reader, around.layers);
  return { weight, role, elements: elementsOf(weight, role, reader), reader, readers };
}

interface Trace {
  readonly readers: readonly Reader[];
  /** Whether it is multiplied into quantized integers before anything reads it. */
  readonly isScale: boolean;
}

/** Follows a constant through nodes that compute from constants alone to the nodes that do not. */
function traceReaders(start: Value, constant: ReadonlySet<Value>): Trace {
  const reached = new Set<Value>([start]);
  const readers: Reader[] = [];
  let isScale = false;
  for (const value of reached) {
    for (const use of value.uses) {
      if (use.kind === 'output') continue;
      const output = use.node.output(0);
      isScale ||= scalesIntegers(use.node, use.index, isLowBit(start));
      if (output && constant.has(output)) reached.add(output);
      else readers.push(use);
    }
  }
  return { readers, isScale };
}

function firstOf(readers: readonly Reader[], rank: ReadonlyMap<Node, number>): Reader | undefined {
  const place = ({ node }: Reader) => rank.get(node) ?? Number.POSITIVE_INFINITY;
  return readers.reduce<Reader | undefined>(
    (first, reader) => (first === undefined || place(reader) < place(first) ? reader : first),
    undefined,
  );
}

/** Whether this slot holds the scale, the zero point or further bits of quantized integers beside it; integers scale no others. */
function scalesIntegers(node: Node, index: number, isInteger: boolean): boolean {
  if (slotRole(node, index) === 'quantization') return true;
  const refines = node.opType === 'Add' && index === 1;
  const scales = !isInteger && (node.opType === 'Mul' || node.opType === 'Sub');
  if (!refines && !scales) return false;
  let other = node.input(1 - index);
  for (let hops = 0; hops < 8 && other?.producer && UNCHANGED.has(other.producer.opType); hops++) {
    other = other.producer.input(0);
  }
  return isLowBit(other);
}

function roleOf({ tensor }: Weight, reader: Reader | undefined, layers: LayerNodes): Role {
  const { dataType, dims } = tensor;
  if (NO_WEIGHTS.has(dataType)) return 'other';
  const slot = reader && slotRole(reader.node, reader.index);
  if (slot) return slot === 'weight' && /^u?int32$/.test(dataType) ? 'other' : slot;
  if (reader && layers.scales(reader.node)) return 'quantization';
  if (reader && layers.addsBias(reader.node)) return 'bias';
  if (/^u?int(16|32|64)$/.test(dataType) || elementCount(dims) <= 1) return quantizedScalar(reader, dims);
  const isVector = dims.filter((size) => size > 1).length === 1;
  return reader && ELEMENTWISE.has(reader.node.opType) && isVector ? 'normalization' : 'weight';
}

/** Quantized operators without a table of their own take single scales and zero points only. */
function quantizedScalar(reader: Reader | undefined, dims: readonly number[]): Role {
  return reader?.node.opType.startsWith('QLinear') && elementCount(dims) === 1 ? 'quantization' : 'other';
}

function elementsOf({ tensor }: Weight, role: Role, reader: Reader | undefined): number {
  const stored = elementCount(tensor.dims);
  if (role !== 'weight' || !reader || reader.node.domain === '' || !PACKED.has(reader.node.opType)) return stored;
  const [inner, columns] = [reader.node.int('K'), reader.node.int('N')];
  return inner && columns ? inner * columns : stored;
}
