import type { Change } from '@onnx-compress/core';
import {
  elementCount,
  floatsToTensor,
  type Model,
  type Node,
  present,
  readIntegers,
  type Tensor,
} from '@onnx-compress/graph';
import { type AnalysisChoices, chooseSplits } from '../src/analysis/choose-splits.js';
import { type Axis, axisSize } from '../src/axes/axis.js';
import type { Engine } from '../src/axes/engine.js';
import { inferShapes } from './pruning-context.js';

const PRODUCTS = new Set(['MatMul', 'Gemm', 'FusedMatMul', 'FusedGemm', 'Einsum']);
const SUMS = new Set(['ReduceSum', 'ReduceSumSquare', 'ReduceL1', 'ReduceL2']);

/** Zeros to put into the first input of a node. */
export interface ElementMasking {
  readonly node: Node;
  readonly mask: Tensor;
}

function contracts(engine: Engine, node: Node): boolean {
  const computed = [0, 1].every((index) => {
    const value = node.input(index);
    return value !== undefined && engine.constantsBehind(value).length === 0;
  });
  return SUMS.has(node.opType) || (PRODUCTS.has(node.opType) && computed);
}

/** The atoms that the report says are gone. */
function removedAtoms(engine: Engine, changed: readonly Change[]): ReadonlySet<number> {
  const gone = new Set<number>();
  for (const { tensor, axis, removed } of changed) {
    if (typeof axis !== 'number' || !Array.isArray(removed)) continue;
    for (const { weight, axes, reader } of engine.weights) {
      const atoms = weight.name === tensor && reader === undefined ? axes[axis]?.[0]?.atoms : undefined;
      for (const position of removed) if (atoms) gone.add(engine.dependencies.atoms.find(atoms[Number(position)] ?? 0));
    }
  }
  return gone;
}

/** For each position of an axis whether it stays; undefined for an axis of which nothing is known to go. */
function keptOn(engine: Engine, axis: Axis, gone: ReadonlySet<number>): readonly boolean[] | undefined {
  const size = axisSize(axis);
  if (size === undefined) return undefined;
  return Array.from({ length: size }, (_, position) => {
    let inner = size;
    return axis.every(({ size: own, atoms }) => {
      inner /= Number(own);
      const atom = atoms?.[Math.floor(position / inner) % Number(own)];
      return atom === undefined || !gone.has(engine.dependencies.atoms.find(atom));
    });
  });
}

/** True for an axis of the first input that the node sums over. */
function sumsOver(node: Node, axis: number, rank: number): boolean {
  const [left = '', right = ''] = node.string('equation', '').split('->');
  if (node.opType === 'Einsum') return !right.includes(present(left[axis], 'letter'));
  if (!SUMS.has(node.opType)) return axis === rank - 1 - node.int('transA', 0);
  const operand = node.input(1)?.weight?.tensor;
  const axes = node.ints('axes') ?? (operand && readIntegers(operand)) ?? [];
  return axes.length === 0 || axes.includes(axis) || axes.includes(axis - rank);
}

/** A tensor of ones, with zeros at removed positions of the axes that are summed over. */
function maskOf(engine: Engine, node: Node, gone: ReadonlySet<number>): Tensor | undefined {
  const axes = present(engine.axesAt(node, 0), `axes of ${node.label}`);
  const kept = axes.map((axis, index) => {
    const own = sumsOver(node, index, axes.length) ? keptOn(engine, axis, gone) : undefined;
    return own?.includes(false) ? own : [true];
  });
  if (kept.every((own) => own.length === 1)) return undefined;
  const dims = kept.map((own) => own.length);
  const values = Float32Array.from({ length: elementCount(dims) }, (_, element) => {
    let inner = elementCount(dims);
    const stays = kept.every((own) => {
      inner /= own.length;
      return own[Math.floor(element / inner) % own.length];
    });
    return stays ? 1 : 0;
  });
  return floatsToTensor('float32', dims, values);
}

/**
 * Zeros at the removed channels wherever computed values are multiplied or summed over them: no weight of such a node
 * tells which they are, so they come from the dependencies that the engine finds in the original.
 */
export async function contractionMaskings(
  reference: Model,
  changed: readonly Change[],
  choices: AnalysisChoices,
): Promise<readonly ElementMasking[]> {
  const isConcerned = ({ opType }: Node) => PRODUCTS.has(opType) || SUMS.has(opType);
  const nodes = [...reference.nodes()];
  if (!nodes.some(isConcerned)) return [];
  const engine = chooseSplits(reference, await inferShapes(reference), choices);
  const gone = removedAtoms(engine, changed);
  return nodes.flatMap((node) => {
    if (!contracts(engine, node)) return [];
    const mask = maskOf(engine, node, gone);
    return mask === undefined ? [] : [{ node, mask }];
  });
}
