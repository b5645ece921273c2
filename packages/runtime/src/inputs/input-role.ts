import { elementCount, type Node, readIntegers, type Value, weightBehind } from '@onnx-compress/graph';

/** What the graph does with an input's values, as far as that limits which values make sense. */
export type InputRole =
  /** Rows of a table are looked up: whole numbers from 0 to below `bound`. */
  | { readonly kind: 'index'; readonly bound: number }
  /** A single value that the graph compares with constants: one of these, which between them take every branch. */
  | { readonly kind: 'choice'; readonly values: readonly number[] }
  | { readonly kind: 'plain' };

/** One place where an input's values are used, after nothing but moves and casts. */
interface Reader {
  readonly node: Node;
  readonly index: number;
}

/** Operators that move or cast the elements of their first input, and leave their values alone. */
const MOVES: ReadonlySet<string> = new Set([
  'Cast',
  'Expand',
  'Flatten',
  'Gather',
  'Identity',
  'Reshape',
  'Slice',
  'Split',
  'Squeeze',
  'Tile',
  'Transpose',
  'Unsqueeze',
]);

const ORDERINGS: ReadonlySet<string> = new Set(['Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual']);

/**
 * Derives from the graph which values an input may take. An input that reaches the indices of Gather or
 * GatherElements, OneHot or an embedding takes rows of the smallest such table. A single element that is compared with
 * constants, or that decides an If, takes values on both sides.
 */
export function inputRole(input: Value): InputRole {
  const readers = [...readersOf(input)];
  const bounds = readers.flatMap((reader) => tableSize(reader) ?? []);
  if (bounds.length > 0) return { kind: 'index', bound: Math.max(1, Math.min(...bounds)) };
  if (!isSingle(input)) return { kind: 'plain' };
  if (input.declared?.dataType === 'bool') return { kind: 'choice', values: [1, 0] };
  const values = decidingValues(readers);
  return values.length > 0 ? { kind: 'choice', values } : { kind: 'plain' };
}

function isSingle({ declared }: Value): boolean {
  return declared?.dims?.every((size) => size === 1) ?? false;
}

function* readersOf(value: Value, seen = new Set<Value>()): Iterable<Reader> {
  if (seen.has(value)) return;
  seen.add(value);
  for (const use of value.uses) {
    if (use.kind === 'output') continue;
    const { node, index } = use;
    yield { node, index };
    if (index !== 0 || !MOVES.has(node.opType)) continue;
    for (const position of node.outputs.keys()) {
      const moved = node.output(position);
      if (moved !== undefined) yield* readersOf(moved, seen);
    }
  }
}

/** The number of rows that a reader can look up. */
function tableSize({ node, index }: Reader): number | undefined {
  switch (`${node.opType}:${index}`) {
    case 'Gather:1':
    case 'GatherElements:1':
      return sizeAlong(node.input(0), node.int('axis', 0));
    case 'GatherBlockQuantized:1':
      return sizeAlong(node.input(0), node.int('gather_axis', 0));
    case 'EmbedLayerNormalization:0':
      return sizeAlong(node.input(2), 0);
    case 'EmbedLayerNormalization:1':
      return sizeAlong(node.input(4), 0);
    case 'OneHot:0':
      return constants(node.input(1))[0];
    case 'Equal:0':
    case 'Equal:1':
      return oneHotSize(constants(node.input(1 - index)));
    default:
      return undefined;
  }
}

function sizeAlong(table: Value | undefined, axis: number): number | undefined {
  const dims = weightBehind(table)?.tensor.dims ?? table?.declared?.dims ?? [];
  const size = dims.at(axis);
  return typeof size === 'number' ? size : undefined;
}

/** Comparing with 0, 1, 2, ... n - 1 at once is how frameworks spell a one-hot vector of n classes. */
function oneHotSize(compared: readonly number[]): number | undefined {
  return compared.length > 1 && compared.every((value, position) => value === position) ? compared.length : undefined;
}

function constants(value: Value | undefined): readonly number[] {
  const tensor = weightBehind(value)?.tensor;
  return tensor === undefined ? [] : (readIntegers(tensor) ?? []);
}

/** Values for which comparisons with constants come out true, and others for which they come out false. */
function decidingValues(readers: readonly Reader[]): readonly number[] {
  const equals = new Set<number>();
  const limits = new Set<number>();
  for (const { node, index } of readers) {
    const other = weightBehind(node.input(1 - index))?.tensor;
    if (other === undefined || elementCount(other.dims) !== 1) continue;
    const [constant] = readIntegers(other) ?? [];
    if (constant === undefined) continue;
    if (node.opType === 'Equal') equals.add(constant);
    if (ORDERINGS.has(node.opType)) limits.add(constant);
  }
  const values = new Set([...equals, ...[...limits].flatMap((limit) => [limit, limit + 1, limit - 1])]);
  if (equals.size > 0) values.add(noneOf(equals));
  return [...values];
}

/** A value that equals none of these, of their kind and size: half of the smallest, or the next free one above. */
function noneOf(values: ReadonlySet<number>): number {
  let other = Math.floor(Math.min(...values) / 2);
  while (values.has(other)) other++;
  return other;
}
