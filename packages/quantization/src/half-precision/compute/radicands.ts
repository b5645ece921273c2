import type { Model, Node } from '@onnx-compress/graph';

/** Operators that keep a sum of squares what it is, but for size and place. */
const CARRIERS: ReadonlySet<string> = new Set(
  'Add Sub Mul Div Max Clip Relu Reshape Expand Squeeze Unsqueeze ReduceMean ReduceSum Sqrt'.split(' '),
);

/**
 * The nodes that compute what stands under a root, back to the squares: variances of norms, magnitudes. Squares leave
 * the range of float16 from 256 on, and a variance computed as a difference of squares keeps no digit of it.
 */
export function radicandNodes(model: Model): ReadonlySet<Node> {
  const found = new Set<Node>();
  for (const node of model.nodes()) {
    if (node.domain !== '' || node.opType !== 'Sqrt') continue;
    const under = squaresBehind(node);
    if ([...under].some(isSquare)) for (const each of under) found.add(each);
  }
  return found;
}

function squaresBehind(root: Node): ReadonlySet<Node> {
  const under = new Set([root]);
  for (const node of under) {
    for (const producer of producersOf(node)) if (isUnderRoot(producer, node)) under.add(producer);
  }
  return under;
}

/** Behind a square only means are followed, behind a reduction only squares: what they are taken of is data. */
function isUnderRoot(producer: Node, reader: Node): boolean {
  if (producer.domain !== '') return false;
  if (isReduction(reader)) return isSquare(producer);
  if (isSquare(producer)) return true;
  return isSquare(reader) || isMean(reader) ? isMean(producer) : CARRIERS.has(producer.opType);
}

/** A reduction, or one that was scaled. */
function isMean(node: Node): boolean {
  return isReduction(node) || (/^(Mul|Div)$/.test(node.opType) && producersOf(node).some(isReduction));
}

function producersOf(node: Node): readonly Node[] {
  return node.inputs.flatMap((_, index) => node.input(index)?.producer ?? []);
}

function isReduction({ opType }: Node): boolean {
  return opType === 'ReduceMean' || opType === 'ReduceSum';
}

function isSquare({ opType, inputs }: Node): boolean {
  return opType === 'Pow' || (opType === 'Mul' && inputs[0] === inputs[1]);
}
