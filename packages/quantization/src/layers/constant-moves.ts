import { type Node, readIntegers, weightBehind } from '@onnx-compress/graph';

/** A constant on its way through operators that only move its elements. */
export interface MovedConstant {
  /** For each axis, the axis of the stored weight that it is; undefined where it is none of them. */
  readonly axes: readonly (number | undefined)[];
  /** Sizes where they are known without computing anything. */
  readonly dims: readonly number[] | undefined;
}

/** What a node makes of its first input; undefined where that cannot be told. */
type Move = (node: Node, input: MovedConstant) => MovedConstant | undefined;

const NOWHERE = undefined;

const keepAxes: Move = (_node, { axes }) => ({ axes, dims: undefined });

const keepAll: Move = (_node, input) => input;

const transpose: Move = (node, { axes, dims }) => {
  const order = node.ints('perm') ?? [...axes.keys()].reverse();
  return { axes: order.map((axis) => axes[axis]), dims: dims && order.map((axis) => dims[axis] ?? 1) };
};

const unsqueeze: Move = (node, { axes, dims }) => {
  const added = numbersOf(node, 'axes');
  if (added === undefined) return undefined;
  const rank = axes.length + added.length;
  const isNew = new Set(added.map((axis) => (axis < 0 ? axis + rank : axis)));
  const [oldAxes, oldDims] = [axes.values(), dims?.values()];
  const places = Array.from({ length: rank }, (_, axis) => isNew.has(axis));
  return {
    axes: places.map((fresh) => (fresh ? NOWHERE : oldAxes.next().value)),
    dims: oldDims && places.map((fresh) => (fresh ? 1 : (oldDims.next().value ?? 1))),
  };
};

const squeeze: Move = (node, { axes, dims }) => {
  const removed = numbersOf(node, 'axes');
  if (removed === undefined) return undefined;
  const gone = new Set(removed.map((axis) => (axis < 0 ? axis + axes.length : axis)));
  return {
    axes: axes.filter((_, axis) => !gone.has(axis)),
    dims: dims?.filter((_, axis) => !gone.has(axis)),
  };
};

const reshape: Move = (node, input) => {
  const target = numbersOf(node, 'shape');
  if (target === undefined) return undefined;
  const { dims } = input;
  if (dims === undefined || (target.includes(0) && node.int('allowzero', 0) !== 0))
    return { axes: target.map(() => NOWHERE), dims: undefined };
  return regrouped(input, resolved(target, dims));
};

const flatten: Move = (node, input) => {
  const { dims } = input;
  if (dims === undefined) return { axes: [NOWHERE, NOWHERE], dims: undefined };
  const axis = node.int('axis', 1);
  const split = axis < 0 ? axis + dims.length : axis;
  return regrouped(input, [product(dims.slice(0, split)), product(dims.slice(split))]);
};

/** Adding an operator that only moves elements: one line here. */
const MOVES: Readonly<Record<string, Move>> = {
  Cast: keepAll,
  Concat: keepAxes,
  Flatten: flatten,
  Identity: keepAll,
  Pad: keepAxes,
  Reshape: reshape,
  Slice: keepAxes,
  Split: keepAxes,
  Squeeze: squeeze,
  Transpose: transpose,
  Unsqueeze: unsqueeze,
};

/** True for operators that give the elements of their inputs back in another order or shape. */
export function onlyMoves(node: Node): boolean {
  return node.domain === '' && Object.hasOwn(MOVES, node.opType);
}

/** The result of a node that only moves elements; undefined for all others. */
export function moved(node: Node, input: MovedConstant): MovedConstant | undefined {
  return onlyMoves(node) ? MOVES[node.opType]?.(node, input) : undefined;
}

/** Numbers in an attribute, as old opsets have them, or in a constant second input. */
function numbersOf(node: Node, attribute: string): readonly number[] | undefined {
  const listed = node.ints(attribute);
  if (listed !== undefined) return listed;
  const tensor = weightBehind(node.input(1))?.tensor;
  return tensor && readIntegers(tensor);
}

function resolved(target: readonly number[], dims: readonly number[]): readonly number[] {
  const copied = target.map((size, axis) => (size === 0 ? (dims[axis] ?? 1) : size));
  const rest = product(dims) / product(copied.filter((size) => size > 0));
  return copied.map((size) => (size < 0 ? rest : size));
}

/** An axis stays one where it has the same size and the same number of elements behind it. */
function regrouped({ axes, dims = [] }: MovedConstant, target: readonly number[]): MovedConstant {
  const behind = (sizes: readonly number[], axis: number) => product(sizes.slice(axis + 1));
  const origin = target.map((size, axis) =>
    axes.find((_, from) => size > 1 && dims[from] === size && behind(dims, from) === behind(target, axis)),
  );
  return { axes: origin, dims: target };
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total * size, 1);
}
