import { executionOrder, type Model, type Node, present } from '@onnx-compress/graph';
import { alignSequences, type Pair } from './align.js';
import { longestIncreasing } from './increasing.js';
import { operator, signature } from './operator.js';
import { scopePath } from './scope-path.js';

/** A node of the first model, and the node of the second that is taken for the same. */
export interface NodePair {
  readonly before: Node;
  readonly after: Node;
  /** `name`: both are called so; `place`: told by operator, shapes and the order of execution. */
  readonly by: 'name' | 'place';
}

/** Nodes of two models, paired as far as possible, each list in the order of execution. */
export interface PairedNodes {
  readonly pairs: readonly NodePair[];
  readonly removed: readonly Node[];
  readonly added: readonly Node[];
}

/** All nodes but Constant nodes, which are compared as weights. */
function nodesOf(model: Model): readonly Node[] {
  return [...model.walk()].flatMap((graph) => {
    const ordered = executionOrder(graph);
    return (ordered.length === graph.nodes.length ? ordered : graph.nodes).filter(({ constant }) => !constant);
  });
}

/** The name of a node, or of its first output where it has none: its label would count nodes before it. */
const nameOf = ({ name, outputs }: Node) => (name === '' ? `makes ${outputs.find((output) => output !== '')}` : name);

/** Both branches of an If may hold a node of the same name. */
const scopedNameOf = (node: Node) => `${scopePath(node.graph)} ${nameOf(node)}`;

/** Adds pairs of nodes that are called alike, and that no pair holds yet. */
function addPairs(
  first: readonly Node[],
  second: readonly Node[],
  pairs: readonly Pair[],
  call: (node: Node) => string,
): readonly Pair[] {
  const [taken, others] = [new Set(pairs.map(([place]) => place)), new Set(pairs.map(([, place]) => place))];
  const places = new Map<string, number[]>();
  for (const [place, node] of second.entries()) {
    if (!others.has(place)) places.set(call(node), [...(places.get(call(node)) ?? []), place]);
  }
  const added = first.flatMap((node, place): readonly Pair[] => {
    const other = taken.has(place) ? undefined : places.get(call(node))?.shift();
    return other === undefined ? [] : [[place, other]];
  });
  return [...pairs, ...added];
}

/** Pairs nodes of the same name, first those at the same place in bodies, then any. */
const pairByName = (first: readonly Node[], second: readonly Node[]) =>
  addPairs(first, second, addPairs(first, second, [], scopedNameOf), nameOf);

/** What lies between two pairs in both sequences. */
interface Gap {
  readonly first: readonly number[];
  readonly second: readonly number[];
}

/** The positions that no pair holds, between each pair that is in order and the next. */
function gaps(firstCount: number, secondCount: number, pairs: readonly Pair[]): readonly Gap[] {
  const byFirst = [...pairs].sort(([a], [b]) => a - b);
  const anchors = longestIncreasing(byFirst.map(([, place]) => place)).map((index) =>
    present(byFirst[index], 'anchor'),
  );
  const taken = [new Set(pairs.map(([place]) => place)), new Set(pairs.map(([, place]) => place))] as const;
  const free = (from: number, to: number, paired: ReadonlySet<number>) =>
    Array.from({ length: Math.max(0, to - from) }, (_, offset) => from + offset).filter((place) => !paired.has(place));
  const ends: readonly Pair[] = [...anchors, [firstCount, secondCount]];
  let [x, y] = [0, 0];
  const found = ends.map(([first, second]) => {
    const gap = { first: free(x, first, taken[0]), second: free(y, second, taken[1]) };
    [x, y] = [first + 1, second + 1];
    return gap;
  });
  return found.filter(({ first, second }) => first.length > 0 && second.length > 0);
}

/** Pairs what is alike in each gap, in order. */
function pairInGaps(
  first: readonly Node[],
  second: readonly Node[],
  pairs: readonly Pair[],
  likeness: (node: Node) => string,
): readonly Pair[] {
  const texts = (nodes: readonly Node[], places: readonly number[]) =>
    places.map((place) => likeness(present(nodes[place], 'node')));
  return gaps(first.length, second.length, pairs).flatMap((gap) =>
    alignSequences(texts(first, gap.first), texts(second, gap.second)).map(
      ([x, y]): Pair => [present(gap.first[x], 'place'), present(gap.second[y], 'place')],
    ),
  );
}

/**
 * Pairs the nodes of two models: by name; what is left between pairs by operator, attributes, shapes of the constants
 * and the order of execution; what is left then by operator and order alone.
 */
export function pairNodes(before: Model, after: Model): PairedNodes {
  const [first, second] = [nodesOf(before), nodesOf(after)];
  const named = pairByName(first, second);
  const alike = pairInGaps(first, second, named, signature);
  const placed = [...alike, ...pairInGaps(first, second, [...named, ...alike], operator)];
  const pairs = [
    ...named.map((places) => ({ places, by: 'name' as const })),
    ...placed.map((places) => ({ places, by: 'place' as const })),
  ].sort((a, b) => a.places[0] - b.places[0]);
  const paired = [
    new Set(pairs.map(({ places }) => places[0])),
    new Set(pairs.map(({ places }) => places[1])),
  ] as const;
  return {
    pairs: pairs.map(({ places: [x, y], by }) => ({
      before: present(first[x], 'node'),
      after: present(second[y], 'node'),
      by,
    })),
    removed: first.filter((_, place) => !paired[0].has(place)),
    added: second.filter((_, place) => !paired[1].has(place)),
  };
}
