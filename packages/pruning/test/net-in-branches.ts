import { type Model, memorySource, modelBytes, readModel } from '@onnx-compress/graph';
import onnxProto from 'onnx-proto';
import { body, flag } from './bodies-model.js';

const { onnx } = onnxProto;

type NodeProto = onnxProto.onnx.INodeProto;

/** The same nodes with other names for all that they compute. */
function renamed(nodes: readonly NodeProto[], suffix: string): NodeProto[] {
  const own = new Set(nodes.flatMap(({ output }) => output ?? []));
  const name = (value: string) => (own.has(value) ? `${value}${suffix}` : value);
  return nodes.map((node) => ({
    ...node,
    name: `${node.name}${suffix}`,
    input: (node.input ?? []).map(name),
    output: (node.output ?? []).map(name),
  }));
}

/**
 * The net with its last nodes in both branches of an If, which the new input `flag` chooses. Each branch holds constants
 * of its own where only these nodes read them.
 *
 * @param kept number of nodes that stay in the main graph
 */
export async function netInBranches(model: Model, kept: number): Promise<Model> {
  const proto = onnx.ModelProto.decode(await modelBytes(model));
  const { graph } = proto;
  const [output] = graph?.output ?? [];
  if (!graph || !output?.name) throw new Error('a net without output');
  const nodes = [...(graph.node ?? [])];
  const [outside, inside] = [nodes.slice(0, kept), nodes.slice(kept)];
  const [taken, other] = [renamed(inside, '_then'), renamed(inside, '_else')];
  const read = new Set(outside.flatMap(({ input }) => input ?? []));
  const own = (graph.initializer ?? []).filter(({ name }) => name && !read.has(name));
  const branch = (name: string, node: NodeProto[], suffix: string, initializer: typeof own) =>
    body(name, { node, output: [{ name: `${output.name}${suffix}` }], initializer });
  const copies = own.map((tensor) => ({ ...tensor, name: `${tensor.name}_copy` }));
  const copied = new Set(own.map(({ name }) => name));
  const rewired = other.map((node) => ({
    ...node,
    input: (node.input ?? []).map((name) => (copied.has(name) ? `${name}_copy` : name)),
  }));
  graph.initializer = (graph.initializer ?? []).filter(({ name }) => !copied.has(name));
  graph.input = [...(graph.input ?? []), flag('flag')];
  graph.node = [
    ...outside,
    {
      opType: 'If',
      name: 'choose',
      input: ['flag'],
      output: [output.name],
      attribute: [branch('then_branch', taken, '_then', own), branch('else_branch', rewired, '_else', copies)],
    },
  ];
  return readModel(memorySource(Uint8Array.from(onnx.ModelProto.encode(proto).finish())));
}
