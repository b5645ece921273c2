import { float32Tensor, present, type Tensor } from '@onnx-compress/graph';
import { nodeBytes, tensorBytes } from '../folding/file-growth.js';
import { bypass } from '../graph-edits/bypass.js';
import { removeUnread } from '../graph-edits/remove-unread.js';
import { type AxisAffine, isOne, onlyNumber } from './axis-affine.js';
import type { Chain } from './chain.js';
import { dataOf, type Link } from './link.js';

/** One node that a map is written as. */
interface Piece {
  readonly opType: 'Mul' | 'Add';
  readonly constant: Tensor;
}

/** What is left of a chain: at most one Mul, then at most one Add. */
export function piecesOf(rest: AxisAffine): readonly Piece[] {
  const factor = onlyNumber(rest.scale);
  const scales = factor === undefined || !isOne(factor);
  const shifts = rest.offset.some((value) => value !== 0);
  const factors = constantOf(rest, rest.scale, shifts && onlyNumber(rest.offset) === undefined);
  const offsets = constantOf(rest, rest.offset, scales && factor === undefined);
  return [
    ...(scales ? [{ opType: 'Mul', constant: factors } as const] : []),
    ...(shifts ? [{ opType: 'Add', constant: offsets } as const] : []),
  ];
}

/** Bytes of the file that become free when these pieces take the place of the chain. */
export function freedBytes({ links }: Chain, pieces: readonly Piece[]): number {
  const dropped = links.slice(0, links.length - pieces.length);
  const nodes = dropped.reduce((sum, { node }) => sum + nodeBytes(node), 0);
  const constants = links.reduce((sum, link) => sum + ownBytes(link), 0);
  const added = pieces.reduce(
    (sum, { constant }, index) => sum + tensorBytes(nameOf(links, index), constant.byteLength),
    0,
  );
  return nodes + constants - added;
}

/** Writes the last links of a chain as these pieces and takes the others out. Needs no more pieces than links. */
export function rewriteChain({ links, source }: Chain, pieces: readonly Piece[]): void {
  const constants = links.flatMap(({ node, dataIndex }) => node.input(1 - dataIndex) ?? []);
  const last = present(links.at(-1), 'last link');
  const first = links[links.length - pieces.length] ?? last;
  first.node.setInput(first.dataIndex, source);
  const dropped = links.slice(0, links.indexOf(first)).reverse();
  for (const { node } of dropped) node.graph.removeNode(node);
  for (const [index, piece] of pieces.entries()) {
    writePiece(present(links[links.length - pieces.length + index], 'kept link'), piece);
  }
  if (pieces.length === 0) bypass(last.node, source);
  for (const constant of constants) removeUnread(constant);
}

function writePiece(link: Link, { opType, constant }: Piece): void {
  const { node } = link;
  const data = present(dataOf(link), `data of ${node.label}`);
  const base = `${node.outputs[0] ?? node.label}_${opType === 'Mul' ? 'scale' : 'offset'}`;
  const weight = node.graph.addWeight(node.graph.uniqueName(base), constant);
  node.setOp(opType);
  node.setInputs([data.name, weight.name]);
}

/**
 * The shape keeps as many dimensions as the constants had, for the shape of the result. Equal values are stored once
 * where the other piece spans the axis.
 */
function constantOf({ axis, rank }: AxisAffine, values: Float64Array, otherSpans: boolean): Tensor {
  const dims = new Array<number>(rank).fill(1);
  if (axis === undefined || (otherSpans && onlyNumber(values) !== undefined)) {
    return float32Tensor(dims, Float32Array.from(values.subarray(0, 1)));
  }
  dims[rank - axis] = values.length;
  return float32Tensor(dims, Float32Array.from(values));
}

function nameOf(links: readonly Link[], index: number): string {
  return `${links[index]?.node.outputs[0] ?? ''}_offset`;
}

/** Bytes of the constant that only this link reads. */
function ownBytes({ node, dataIndex }: Link): number {
  const constant = node.input(1 - dataIndex);
  const weight = constant?.weight;
  return weight === undefined || weight.value.uses.length > 1 ? 0 : tensorBytes(weight.name, weight.tensor.byteLength);
}
