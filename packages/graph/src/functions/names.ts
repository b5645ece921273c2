import type { onnx } from '#schema';

/** Gives names that nothing in a model has yet. */
export class Names {
  readonly #values = new Set<string>();
  readonly #nodes = new Set<string>();

  constructor(model: onnx.ModelProto) {
    if (model.graph) this.#reserveGraph(model.graph);
    for (const body of model.functions) {
      for (const name of [...body.input, ...body.output]) this.#values.add(name);
      this.#reserveNodes(body.node);
    }
  }

  value(base: string): string {
    return unique(base, this.#values);
  }

  node(base: string): string {
    return unique(base, this.#nodes);
  }

  #reserveGraph(graph: onnx.GraphProto): void {
    for (const { name } of [...graph.input, ...graph.output, ...graph.initializer]) this.#values.add(name);
    for (const { values } of graph.sparseInitializer) this.#values.add(values?.name ?? '');
    this.#reserveNodes(graph.node);
  }

  #reserveNodes(nodes: readonly onnx.NodeProto[]): void {
    for (const node of nodes) {
      this.#nodes.add(node.name);
      for (const name of node.output) this.#values.add(name);
      for (const { g, graphs } of node.attribute)
        for (const body of g ? [g, ...graphs] : graphs) this.#reserveGraph(body);
    }
  }
}

function unique(base: string, taken: Set<string>): string {
  let name = base;
  for (let suffix = 1; taken.has(name); suffix++) name = `${base}_${suffix}`;
  taken.add(name);
  return name;
}
