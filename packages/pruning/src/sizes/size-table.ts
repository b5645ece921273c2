import { type Node, readIntegers, type ShapeTable, type Value, weightBehind } from '@onnx-compress/graph';
import { type Axis, axisDim } from '../axes/axis.js';
import { atSite, literalEntry, opaqueEntry, type SizeEntry } from './size-entry.js';

/** Longest integer constant that is read as a list of sizes. */
const MAX_ENTRIES = 64;

const ARITHMETIC: ReadonlyMap<string, (left: number, right: number) => number> = new Map([
  ['Add', (left, right) => left + right],
  ['Sub', (left, right) => left - right],
  ['Mul', (left, right) => left * right],
  ['Div', (left, right) => Math.trunc(left / right)],
]);

const COPIES = new Set(['Cast', 'Identity', 'Squeeze', 'Unsqueeze']);

/**
 * Follows integers that are computed from lengths of axes (Shape, Gather, Div, Concat, ...) to the operands that
 * consume them, element by element. Numbers are never matched by value: an element is known by where it came from.
 */
export class SizeTable {
  readonly #entries = new Map<Value, readonly SizeEntry[]>();

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
    return (value && this.#entries.get(value)) ?? [];
  }

  /** Follows one node; false where it does not pass sizes on. `axes` are those of its first input. */
  propagate(node: Node, axes: readonly Axis[] | undefined): boolean {
    const output = node.output(0);
    const entries = output && node.domain === '' ? this.#propagated(node, axes) : undefined;
    if (output === undefined || entries === undefined) return false;
    this.#entries.set(output, entries);
    return true;
  }

  #propagated(node: Node, axes: readonly Axis[] | undefined): readonly SizeEntry[] | undefined {
    if (node.opType === 'Shape') return axes && shapeEntries(node, axes);
    const first = this.of(node.input(0));
    if (COPIES.has(node.opType)) return first;
    if (!node.inputs.some((_, index) => this.computed(node.input(index)).length > 0)) return undefined;
    if (node.opType === 'Concat') return this.#concat(node);
    if (node.opType === 'Gather') return first && this.#gather(node, first);
    if (node.opType === 'Slice') return first && this.#slice(node, first);
    if (node.opType === 'Reshape') return this.#rankOf(node) === 1 || first?.length === 1 ? first : undefined;
    const compute = ARITHMETIC.get(node.opType);
    return compute && this.#arithmetic(node, compute);
  }

  #rankOf(node: Node): number | undefined {
    const output = node.output(0);
    return output && this.types.get(output)?.dims?.length;
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

  #slice(node: Node, data: readonly SizeEntry[]): readonly SizeEntry[] | undefined {
    const bounds = (name: string, input: number) =>
      node.ints(name)?.[0] ?? (node.inputs[input] ? this.of(node.input(input))?.[0]?.value : undefined);
    const [start, end, step] = [bounds('starts', 1), bounds('ends', 2), node.inputs[4] ? bounds('steps', 4) : 1];
    return start === undefined || end === undefined || step !== 1 ? undefined : data.slice(start, end);
  }

  #arithmetic(node: Node, compute: (left: number, right: number) => number): readonly SizeEntry[] | undefined {
    const [left, right] = [this.of(node.input(0)), this.of(node.input(1))];
    const operands = [...(left ?? []), ...(right ?? [])];
    for (const entry of operands) this.keepOperand(entry, node);
    const length = Math.max(left?.length ?? 0, right?.length ?? 0);
    return Array.from({ length }, (_, index) => {
      const [first, second] = [left?.[left.length === 1 ? 0 : index], right?.[right.length === 1 ? 0 : index]];
      if (first?.value === undefined || second?.value === undefined) return opaqueEntry(operands);
      return { ...opaqueEntry([first, second]), value: compute(first.value, second.value) };
    });
  }
}

function shapeEntries(node: Node, axes: readonly Axis[]): readonly SizeEntry[] {
  const lengths = axes.map((axis): SizeEntry => {
    const size = axisDim(axis);
    return { value: typeof size === 'number' ? size : undefined, axis, sources: [axis], site: undefined };
  });
  return lengths.slice(node.int('start', 0), node.int('end', lengths.length));
}
