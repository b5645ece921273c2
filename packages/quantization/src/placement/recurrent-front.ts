import type { Model, Node, Value } from '@onnx-compress/graph';

/** Operators that hand a state from step to step. */
const RECURRENT: ReadonlySet<string> = new Set(['GRU', 'LSTM', 'RNN']);

/**
 * The nodes whose results reach a recurrent layer, without the recurrent layers themselves. What they get wrong is the
 * same at every step, so that the state adds it up where other layers average it out. A recurrent layer is an LSTM, GRU
 * or RNN, or one written out, which shows in a product of a Sigmoid and a Tanh.
 */
export function recurrentFront(model: Model): ReadonlySet<Node> {
  const front = new Set<Node>();
  const waiting = [...model.nodes()].filter(isRecurrent);
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    for (const source of sourcesOf(node)) {
      if (front.has(source)) continue;
      front.add(source);
      waiting.push(source);
    }
  }
  return new Set([...front].filter(({ opType }) => !RECURRENT.has(opType)));
}

function isRecurrent(node: Node): boolean {
  if (node.domain !== '') return false;
  if (RECURRENT.has(node.opType)) return true;
  const producers = node.inputs.map((_, index) => node.input(index)?.producer?.opType);
  return node.opType === 'Mul' && producers.includes('Sigmoid') && producers.includes('Tanh');
}

/** The nodes that compute what a node reads, in bodies too; those outside of its body where it reads what that is fed. */
function sourcesOf(node: Node): readonly Node[] {
  const read = node.inputs.flatMap((_, index) => node.input(index) ?? []);
  const given = node.subgraphs().flatMap(({ graph }) => graph.outputs);
  return [...read, ...given].flatMap(producerOf);
}

function producerOf({ producer, isInput, graph }: Value): readonly Node[] {
  if (producer !== undefined) return [producer];
  return isInput && graph.owner !== undefined ? [graph.owner.node] : [];
}
