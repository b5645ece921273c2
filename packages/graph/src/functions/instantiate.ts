import { onnx } from '#schema';
import { shallowCopy } from '../model/clone.js';
import type { Names } from './names.js';

/** Names of values in a function or subgraph, and what they are called where it is put. */
type Renaming = ReadonlyMap<string, string>;

/** Copies nodes of a function to where it is called. */
class Instance {
  readonly #given: ReadonlyMap<string, onnx.AttributeProto>;

  constructor(
    body: onnx.FunctionProto,
    call: onnx.NodeProto,
    /** Label of the call, in front of all new names. */
    private readonly prefix: string,
    private readonly names: Names,
  ) {
    const given = [...body.attributeProto, ...call.attribute];
    this.#given = new Map(given.map((attribute) => [attribute.name, attribute]));
  }

  value(name: string): string {
    return this.names.value(`${this.prefix}/${name}`);
  }

  node(node: onnx.NodeProto, renaming: Renaming): onnx.NodeProto {
    const copy = shallowCopy(node);
    copy.name = this.names.node(`${this.prefix}/${node.name || node.opType}`);
    copy.input = node.input.map((name) => renamed(name, renaming));
    copy.output = node.output.map((name) => renamed(name, renaming));
    copy.attribute = node.attribute.flatMap((attribute) => this.#attribute(attribute, renaming));
    return copy;
  }

  /** An attribute that refers to one of the function gets the value of the call, or that of the declaration. */
  #attribute(attribute: onnx.AttributeProto, renaming: Renaming): readonly onnx.AttributeProto[] {
    if (attribute.refAttrName !== '') {
      const given = this.#given.get(attribute.refAttrName);
      if (given === undefined) return [];
      const copy = shallowCopy(given);
      copy.name = attribute.name;
      return [copy];
    }
    if (!attribute.g && attribute.graphs.length === 0) return [attribute];
    const copy = shallowCopy(attribute);
    if (attribute.g) copy.g = this.#graph(attribute.g, renaming);
    copy.graphs = attribute.graphs.map((graph) => this.#graph(graph, renaming));
    return [copy];
  }

  #graph(graph: onnx.GraphProto, outer: Renaming): onnx.GraphProto {
    const own = [
      ...graph.input.map(({ name }) => name),
      ...graph.initializer.map(({ name }) => name),
      ...graph.sparseInitializer.map(({ values }) => values?.name ?? ''),
      ...graph.node.flatMap(({ output }) => output),
    ];
    const renaming = new Map(outer);
    for (const name of new Set(own)) if (name !== '') renaming.set(name, this.value(name));
    const copy = shallowCopy(graph);
    copy.node = graph.node.map((node) => this.node(node, renaming));
    copy.initializer = graph.initializer.map((tensor) => withName(tensor, renaming));
    copy.sparseInitializer = graph.sparseInitializer.map((tensor) => {
      const sparse = shallowCopy(tensor);
      if (tensor.values) sparse.values = withName(tensor.values, renaming);
      return sparse;
    });
    copy.input = graph.input.map((info) => withName(info, renaming));
    copy.output = graph.output.map((info) => withName(info, renaming));
    copy.valueInfo = graph.valueInfo.map((info) => withName(info, renaming));
    return copy;
  }
}

/**
 * The nodes of a function with the values and attributes of one call put in. Values and nodes get names that begin with
 * the label of the call.
 */
export function instantiate(
  body: onnx.FunctionProto,
  call: onnx.NodeProto,
  label: string,
  names: Names,
): readonly onnx.NodeProto[] {
  const instance = new Instance(body, call, label, names);
  const renaming = new Map(body.input.map((name, index) => [name, call.input[index] ?? '']));
  const handedOn: onnx.NodeProto[] = [];
  for (const [index, name] of body.output.entries()) {
    const wanted = call.output[index];
    if (!wanted) continue;
    const known = renaming.get(name);
    if (known === undefined) renaming.set(name, wanted);
    else handedOn.push(identity(known, wanted, names.node(`${label}/Identity`)));
  }
  for (const name of body.node.flatMap(({ output }) => output)) {
    if (name !== '' && !renaming.has(name)) renaming.set(name, instance.value(name));
  }
  return [...body.node.map((node) => instance.node(node, renaming)), ...handedOn];
}

function identity(input: string, output: string, name: string): onnx.NodeProto {
  return new onnx.NodeProto({ name, opType: 'Identity', input: [input], output: [output] });
}

function renamed(name: string, renaming: Renaming): string {
  return name === '' ? '' : (renaming.get(name) ?? name);
}

function withName<T extends { name: string }>(message: T, renaming: Renaming): T {
  const copy = shallowCopy(message);
  copy.name = renamed(message.name, renaming);
  return copy;
}
