import { type Node, present, type Value } from '@onnx-compress/graph';
import { type AxisAffine, compose } from './axis-affine.js';
import { dataOf, type Link, readLink } from './link.js';

/** Links behind one another, each the only reader of the one before it: together one affine map. */
export interface Chain {
  readonly links: readonly Link[];
  readonly affine: AxisAffine;
  /** What the first link reads. */
  readonly source: Value;
  /** What the last link writes. */
  readonly output: Value;
}

/** The longest chain that starts with this node; undefined when it is no link. */
export async function chainFrom(node: Node, selected: (label: string) => boolean): Promise<Chain | undefined> {
  const first = selected(node.label) ? await readLink(node) : undefined;
  const source = first && dataOf(first);
  if (first === undefined || source === undefined) return undefined;
  const links = [first];
  let { affine } = first;
  let next = await nextLink(first, selected);
  while (next !== undefined) {
    const composed = compose(affine, next.affine);
    if (composed === undefined) break;
    affine = composed;
    links.push(next);
    next = await nextLink(next, selected);
  }
  return { links, affine, source, output: outputOf(links.at(-1) ?? first) };
}

/** The node that alone reads a value, in the same scope. */
export function onlyReader(value: Value): Node | undefined {
  const [use, ...others] = value.uses;
  if (use?.kind !== 'input' || others.length > 0 || use.node.graph !== value.graph) return undefined;
  return use.node;
}

async function nextLink(link: Link, selected: (label: string) => boolean): Promise<Link | undefined> {
  const reader = onlyReader(outputOf(link));
  return reader && selected(reader.label) ? readLink(reader) : undefined;
}

function outputOf({ node }: Link): Value {
  return present(node.output(0), `output of ${node.label}`);
}
