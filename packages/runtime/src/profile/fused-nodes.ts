import { executionOrder, type Model, type Node, type Value } from '@onnx-compress/graph';

/** Where a walk from the outputs of a kernel back to its inputs ends. */
export interface KernelBounds {
  /** Values that some kernel gives, or that are constants by now. */
  readonly values: ReadonlySet<Value>;
  /** Nodes that are accounted for already. */
  readonly nodes: ReadonlySet<Node>;
}

/** The nodes between the outputs of a kernel and the values that it reads, the last one first. */
export function nodesBehind(outputs: readonly Value[], { values, nodes }: KernelBounds): readonly Node[] {
  const found = new Set<Node>();
  const open = outputs.flatMap(({ producer }) => producer ?? []).reverse();
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (found.has(node) || nodes.has(node)) continue;
    found.add(node);
    for (const index of node.inputs.keys()) {
      const input = node.input(index);
      if (input?.producer === undefined || input.graph !== node.graph || values.has(input)) continue;
      open.push(input.producer);
    }
  }
  return [...found];
}

/** Values that depend on nothing but weights: onnxruntime computes them when it loads the model. */
export function constantValues(model: Model): ReadonlySet<Value> {
  const constant = new Set<Value>();
  for (const graph of model.walk()) {
    for (const node of executionOrder(graph)) {
      const inputs = node.inputs.flatMap((_name, index) => node.input(index) ?? []);
      const isFoldable = node.constant !== undefined || (inputs.length > 0 && node.subgraphs().length === 0);
      if (!isFoldable || !inputs.every((value) => value.weight !== undefined || constant.has(value))) continue;
      for (const index of node.outputs.keys()) {
        const output = node.output(index);
        if (output !== undefined) constant.add(output);
      }
    }
  }
  return constant;
}

/** The node of a kernel that its operator is closest to: the Conv of a FusedConv; else the last. */
export function mainNode(nodes: readonly Node[], opType: string): Node | undefined {
  const [last] = nodes;
  return (
    nodes.find((node) => node.opType === opType) ??
    nodes.findLast((node) => HEAVY.has(node.opType) && opType.includes(node.opType)) ??
    nodes.find((node) => opType.includes(node.opType)) ??
    nodes.find((node) => HEAVY.has(node.opType)) ??
    last
  );
}

/** Operators beside which the others that are fused with them hardly count. */
const HEAVY: ReadonlySet<string> = new Set(['Conv', 'ConvTranspose', 'Gemm', 'GRU', 'LSTM', 'MatMul', 'RNN']);
