import { type Node, readIntegers, type ShapeTable, type Value, weightBehind } from '@onnx-compress/graph';
import { type Axis, axisDim, isFree } from '../axes/axis.js';
import { ARITHMETIC, type Arithmetic, chosen, neverEqual, paired } from './size-arithmetic.js';
import { atSite, literalEntry, opaqueEntry, type SizeEntry } from './size-entry.js';
import { inRows, type SizeMatrix, sliceOf, transposed } from './size-matrix.js';

/** Longest integer constant that is read as a list of sizes. */
const MAX_ENTRIES = 64;

const COPIES = new Set(['Cast', 'Identity', 'Squeeze', 'Unsqueeze']);

/**
 * Follows integers that are computed from lengths of axes (Shape, Gather, Div, Concat, ...) to the operands that
 * consume them, element by element. Numbers are never matched by value: an element is known by where it came from.
 */
export class SizeTable {
  readonly #entries = new Map<Value, readonly SizeEntry[]>();
  readonly #matrices = new Map<Value, SizeMatrix>();

  /** @param keepOperand called for an entry that is computed with: its operand must keep its value. */
  constructor(
    private readonly types: ShapeTable,
    private readonly keepOperand: (entry: SizeEntry, node: Node) => void,
  ) {}

  /** The entries of a value; undefined where it is not an integer list of rank 0 or 1 that could be followed. */
  of(value: Value | undefined): readonly SizeEntry[] | undefined {
    if (value === undefined) return undefined;
    const computed = this.#entries.get(value);
    if (computed !== undefined) return computed;
    const tensor = weightBehind(value)?.tensor;
    if (tensor === undefined || tensor.dims.length > 1 || (tensor.dims[0] ?? 1) > MAX_ENTRIES) return undefined;
    return readIntegers(tensor)?.map(literalEntry);
  }

  /** Entries that were computed from lengths of axes; constants have none. */
  computed(value: Value | undefined): readonly SizeEntry[] {
    return (value && (this.#entries.get(value) ?? this.#matrices.get(value)?.flat())) ?? [];
  }

  /** Follows one node; false where it does not pass sizes on. `axes` are those of its first input. */
  propagate(node: Node, axes: readonly Axis[] | undefined): boolean {
    const output = node.output(0);
    if (output === undefined || node.domain !== '') return false;
    const matrix = this.#matrix(node);
    if (matrix !== undefined) this.#matrices.set(output, matrix);
    const entries = matrix === undefined ? this.#propagated(node, axes) : undefined;
    if (entries !== undefined) this.#entries.set(output, entries);
    return matrix !== undefined || entries !== undefined;
  }

  #matrix(node: Node): SizeMatrix | undefined {
    const input = node.input(0);
    const matrix = input && this.#matrices.get(input);
    if (node.opType === 'Reshape') {
      const target = this.of(node.input(1));
      return target?.length === 2 ? inRows(this.computed(input), target[1]?.value) : undefined;
    }
    if (node.opType === 'Transpose') return matrix && node.ints('perm')?.[0] !== 0 ? transposed(matrix) : matrix;
    if (node.opType === 'Slice')
      return this.of(node.input(3))?.[0]?.value === 0 && matrix ? this.#slice(node, matrix) : undefined;
    return node.opType === 'Cast' || node.opType === 'Identity' ? matrix : undefined;
  }

  #propagated(node: Node, axes: readonly Axis[] | undefined): readonly SizeEntry[] | undefined {
    if (node.opType === 'Shape') return axes && shapeEntries(node, axes);
    const first = this.of(node.input(0));
    if (COPIES.has(node.opType)) return first;
    if (node.opType === 'ConstantOfShape') return first && filled(node, first);
    if (!this.#readsSizes(node)) return undefined;
    if (node.opType === 'Concat') return this.#concat(node);
    if (node.opType === 'Gather') return first && this.#gather(node, first);
    if (node.opType === 'Slice') return first && this.#slice(node, first);
    if (node.opType === 'Reshape') return this.#list(node);
    if (node.opType === 'Where') return this.#chosen(node);
    const compute = this.#isFraction(node) ? undefined : ARITHMETIC.get(node.opType);
    return compute && this.#calculated(node, compute);
  }

  /** True for a result that is no length: a quotient that is not rounded, or a length times a fraction. */
  #isFraction(node: Node): boolean {
    const output = node.output(0);
    const dataType = (output && this.types.get(output)?.dataType) ?? 'int64';
    if (['int32', 'int64', 'bool'].includes(dataType)) return false;
    return node.opType === 'Div' || node.inputs.some((_, index) => this.of(node.input(index)) === undefined);
  }

  #readsSizes(node: Node): boolean {
    const inputs = node.inputs.map((_, index) => node.input(index));
    return (
      inputs.some((input) => this.computed(input).length > 0) || inputs.every((input) => this.of(input) !== undefined)
    );
  }

  #concat(node: Node): readonly SizeEntry[] | undefined {
    const parts = node.inputs.map((_, index) => this.of(node.input(index)));
    const known = parts.filter((part) => part !== undefined);
    return known.length === parts.length ? known.flatMap((part, index) => atSite(part, node, index)) : undefined;
  }

  #gather(node: Node, data: readonly SizeEntry[]): readonly SizeEntry[] | undefined {
    return this.of(node.input(1))?.map(
      ({ value }) => (value === undefined ? undefined : data.at(value)) ?? opaqueEntry(data),
    );
  }

  #slice<T>(node: Node, items: readonly T[]): readonly T[] | undefined {
    const bounds = (name: string, input: number) =>
      node.ints(name)?.[0] ?? (node.inputs[input] ? this.of(node.input(input))?.[0]?.value : undefined);
    const [start, end, step] = [bounds('starts', 1), bounds('ends', 2), node.inputs[4] ? bounds('steps', 4) : 1];
    return start === undefined || end === undefined || !step ? undefined : sliceOf(items, start, end, step);
  }

  /** What a Reshape makes a list of: one axis, or one element. */
  #list(node: Node): readonly SizeEntry[] | undefined {
    const [input, output] = [node.input(0), node.output(0)];
    const entries = this.of(input) ?? (input && this.#matrices.get(input)?.flat());
    const rank = (output && this.types.get(output)?.dims?.length) ?? this.of(node.input(1))?.length;
    return rank === 1 || entries?.length === 1 ? entries : undefined;
  }

  #chosen(node: Node): readonly SizeEntry[] | undefined {
    const [conditions, yes, no] = [0, 1, 2].map((index) => this.of(node.input(index)));
    return conditions && yes && no && chosen(conditions, yes, no);
  }

  /** Operands keep the values that the result was calculated from. */
  #calculated(node: Node, compute: Arithmetic): readonly SizeEntry[] {
    const [left = [], right = []] = [this.of(node.input(0)), this.of(node.input(1))];
    return paired(left, right).map((pair) => {
      const decided = node.opType === 'Equal' && neverEqual(...pair);
      if (!decided) for (const entry of pair) this.keepOperand(entry, node);
      const result = compute(...pair);
      const factors = node.opType === 'Mul' && result.value === undefined ? [left, right] : [];
      return { ...result, factors: factors.flatMap((entries, operand) => atSite(entries, node, operand)) };
    });
  }
}

/** ConstantOfShape: so many times the same number. */
function filled(node: Node, [length]: readonly SizeEntry[]): readonly SizeEntry[] | undefined {
  const fill = node.tensor('value');
  const value = fill && readIntegers(fill)?.[0];
  if (value === undefined || length?.value === undefined || length.value > MAX_ENTRIES) return undefined;
  return Array.from({ length: length.value }, () => ({ ...opaqueEntry([length]), value }));
}

function shapeEntries(node: Node, axes: readonly Axis[]): readonly SizeEntry[] {
  const lengths = axes.map((axis): SizeEntry => {
    const size = axisDim(axis);
    const sources = isFree(axis) ? [axis] : [];
    return { value: typeof size === 'number' ? size : undefined, axis, sources, site: undefined };
  });
  return lengths.slice(node.int('start', 0), node.int('end', lengths.length));
}
