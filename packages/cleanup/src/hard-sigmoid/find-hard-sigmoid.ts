import { type Node, present, type Value } from '@onnx-compress/graph';
import { type AxisAffine, compose } from '../chains/axis-affine.js';
import { onlyReader } from '../chains/chain.js';
import { dataOf, type Link, readLink } from '../chains/link.js';
import { clipFromZero } from './bounds.js';

/** `height * HardSigmoid(x) = Clip(slope * x + offset, 0, height)`. */
export interface WrittenHardSigmoid {
  readonly clip: Node;
  readonly source: Value;
  /** The nodes before the Clip, first one first; nothing else reads them. */
  readonly before: readonly Link[];
  readonly slope: number;
  readonly offset: number;
  readonly height: number;
  /** A multiplication by a constant behind the Clip, or behind its product with another value: it takes the height. */
  readonly behind: Link | undefined;
}

/** Finds what a Clip is the end of; undefined where a HardSigmoid would not save a node. */
export async function findHardSigmoid(
  clip: Node,
  selected: (label: string) => boolean,
): Promise<WrittenHardSigmoid | undefined> {
  const height = await clipFromZero(clip);
  if (height === undefined || !selected(clip.label)) return undefined;
  const front = await linksBefore(clip, selected);
  if (front === undefined) return undefined;
  const behind = height === 1 ? undefined : await scaleBehind(clip, selected);
  if (height !== 1 && behind === undefined) return undefined;
  const [slope = 1] = front.affine.scale;
  const [offset = 0] = front.affine.offset;
  return { clip, source: front.source, before: front.links, slope, offset, height, behind };
}

interface Front {
  readonly links: readonly Link[];
  readonly source: Value;
  readonly affine: AxisAffine;
}

/** The constant map in front of a Clip. Its constants must not widen the value, which none without dimensions can. */
async function linksBefore(clip: Node, selected: (label: string) => boolean): Promise<Front | undefined> {
  let front: Front | undefined;
  let value = clip.input(0);
  for (;;) {
    const node = value && onlyReader(value) ? value.producer : undefined;
    const link = node && node.graph === clip.graph && selected(node.label) ? await readLink(node) : undefined;
    const source = link && dataOf(link);
    if (link === undefined || source === undefined || !isScalar(link)) return front;
    const affine = front ? compose(link.affine, front.affine) : link.affine;
    if (affine === undefined) return front;
    front = { links: [link, ...(front?.links ?? [])], source, affine };
    value = source;
  }
}

async function scaleBehind(clip: Node, selected: (label: string) => boolean): Promise<Link | undefined> {
  const reader = onlyReader(output(clip));
  if (reader === undefined || !selected(reader.label)) return undefined;
  const direct = await readLink(reader);
  if (direct !== undefined) return onlyScales(direct) ? direct : undefined;
  if (reader.opType !== 'Mul' || reader.domain !== '') return undefined;
  const next = onlyReader(output(reader));
  const link = next && selected(next.label) ? await readLink(next) : undefined;
  return link && onlyScales(link) ? link : undefined;
}

function onlyScales(link: Link): boolean {
  return isScalar(link) && link.affine.offset[0] === 0;
}

function isScalar({ affine }: Link): boolean {
  return affine.axis === undefined && affine.rank === 0;
}

function output(node: Node): Value {
  return present(node.output(0), `output of ${node.label}`);
}
