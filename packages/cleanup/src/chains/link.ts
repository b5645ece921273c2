import { type Node, readFloats, type Tensor, type Value } from '@onnx-compress/graph';
import { constantBehind } from '../graph-edits/constant.js';
import type { AxisAffine } from './axis-affine.js';

/** An elementwise node that computes an affine map with constants. */
export interface Link {
  readonly node: Node;
  /** Where it reads its data; the constant is at the other input. */
  readonly dataIndex: 0 | 1;
  readonly affine: AxisAffine;
}

/** From this opset on the elementwise operators broadcast as today's do. */
const OPSET = 7;

/** Beyond these, a constant is there for its effect on rounding, and products with weights could leave the range. */
const LARGEST_OFFSET = 2 ** 16;
const LARGEST_SCALE = 2 ** 30;

type Affine = (constant: number) => readonly [scale: number, offset: number];

const BY_OPERATOR: Readonly<Record<string, readonly [constantSecond: Affine, constantFirst: Affine | undefined]>> = {
  Add: [(constant) => [1, constant], (constant) => [1, constant]],
  Sub: [(constant) => [1, -constant], (constant) => [-1, constant]],
  Mul: [(constant) => [constant, 0], (constant) => [constant, 0]],
  Div: [(constant) => [1 / constant, 0], undefined],
};

/** Reads an Add, Sub, Mul or Div of a value and a constant in single precision; undefined for everything else. */
export async function readLink(node: Node): Promise<Link | undefined> {
  const affineOf = node.domain === '' ? BY_OPERATOR[node.opType] : undefined;
  if (affineOf === undefined || (node.graph.model.opset() ?? 0) < OPSET || node.inputs.length !== 2) return undefined;
  const [left, right] = [constantBehind(node.input(0)), constantBehind(node.input(1))];
  if ((left === undefined) === (right === undefined)) return undefined;
  const dataIndex = left === undefined ? 0 : 1;
  const map = affineOf[dataIndex];
  const tensor = (left ?? right)?.tensor;
  if (map === undefined || tensor === undefined || !isReadable(tensor)) return undefined;
  const affine = await readAffine(tensor, map);
  return affine && { node, dataIndex, affine };
}

/** The value that a link maps. */
export function dataOf({ node, dataIndex }: Link): Value | undefined {
  return node.input(dataIndex);
}

function isReadable({ dataType, dims }: Tensor): boolean {
  return dataType === 'float32' && !dims.includes(0) && dims.filter((size) => size !== 1).length <= 1;
}

async function readAffine(tensor: Tensor, map: Affine): Promise<AxisAffine | undefined> {
  const { dims } = tensor;
  const position = dims.findIndex((size) => size !== 1);
  const pairs = Array.from(await readFloats(tensor), map);
  if (!pairs.every(([scale, offset]) => isOrdinary(scale, offset))) return undefined;
  return {
    scale: Float64Array.from(pairs, ([scale]) => scale),
    offset: Float64Array.from(pairs, ([, offset]) => offset),
    axis: position < 0 ? undefined : dims.length - position,
    rank: dims.length,
  };
}

function isOrdinary(scale: number, offset: number): boolean {
  const size = Math.abs(scale);
  return size <= LARGEST_SCALE && size >= 1 / LARGEST_SCALE && Math.abs(offset) <= LARGEST_OFFSET;
}
