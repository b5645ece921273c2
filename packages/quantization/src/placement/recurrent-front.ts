import type { Model, Node, Value } from '@onnx-compress/graph';

/** Operators that hand a state from step to step. */
const RECURRENT: ReadonlySet<string> = new Set(['GRU', 'LSTM', 'RNN']);

/**
 * The nodes whose results reach a recurrent layer, without the recurrent layers themselves. What they get wrong is the
 * same at every step, so that the state adds it up where other layers average it out. A recurrent layer is an LSTM, GRU
 * or RNN, or an LSTM written out.
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
  return RECURRENT.has(node.opType) || isCellOutput(node);
}

/**
 * The output of an LSTM that is written out: `Sigmoid * Tanh(Mul + Mul)`, the sum being the state of the cell. Gated
 * convolutions have a product of a Sigmoid and a Tanh too, but no state.
 */
function isCellOutput(node: Node): boolean {
  if (node.opType !== 'Mul') return false;
  const factors = producersOf(node);
  const [state] = factors.filter(({ opType }) => opType === 'Tanh').flatMap(producersOf);
  if (state?.opType !== 'Add' || !factors.some(({ opType }) => opType === 'Sigmoid')) return false;
  return producersOf(state).filter(({ opType }) => opType === 'Mul').length === 2;
}

/** The nodes in the same scope or around it that compute what a node reads. */
const producersOf = (node: Node): readonly Node[] =>
  node.inputs.flatMap((_, index) => node.input(index)?.producer ?? []);

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
