import type { Graph, Model, Node } from '@onnx-compress/graph';
import type { KernelTime } from './kernel-times.js';

/** onnxruntime calls a node without name after its operator and its place in memory. */
const unnamed = (opType: string) => new RegExp(`^${opType}_\\d+$`);

/**
 * Finds the nodes of the graph that onnxruntime ran for the kernels that it timed. Nodes without name are told apart by
 * their order, which is the one they are written in and run in.
 *
 * @param optimized the model that onnxruntime wrote after its optimizations
 */
export function kernelNodes(optimized: Model, kernels: readonly KernelTime[]): ReadonlyMap<KernelTime, Node> {
  const named = new Map<string, Node>();
  for (const node of optimized.nodes()) if (node.name !== '') named.set(`${node.opType} ${node.name}`, node);
  const nameless = namelessByType(optimized.graph);
  const found = new Map<KernelTime, Node>();
  for (const kernel of kernels) {
    const { name, opType } = kernel;
    const node =
      named.get(`${opType} ${name}`) ?? (unnamed(opType).test(name) ? nameless.get(opType)?.shift() : undefined);
    if (node !== undefined) found.set(kernel, node);
  }
  return found;
}

function namelessByType(graph: Graph): Map<string, Node[]> {
  const byType = new Map<string, Node[]>();
  for (const node of graph.nodes) {
    if (node.name !== '') continue;
    const nodes = byType.get(node.opType) ?? [];
    byType.set(node.opType, nodes);
    nodes.push(node);
  }
  return byType;
}
