import type { Model, Node } from '@onnx-compress/graph';
import type { AddedTime, LayerProfile } from './contract.js';
import { kernelOwners } from './kernel-owners.js';
import type { KernelTimes } from './kernel-times.js';
import type { MarkedModel } from './marked-model.js';
import { kernelNodes } from './optimized-graph.js';

/**
 * The times of kernels as times of the nodes of the model that was written.
 *
 * @param optimized what onnxruntime made of the marked model; without it, fewer kernels find their node
 */
export function layerProfile(
  original: Model,
  marked: MarkedModel,
  { kernels, totalMs, inferences }: KernelTimes,
  optimized: Model | undefined,
): LayerProfile {
  const nodes = optimized === undefined ? new Map() : kernelNodes(optimized, kernels);
  const { owners, fused } = kernelOwners(original, marked, kernels, nodes);
  const times = new Map<Node, number>();
  const added = new Map<string, number>();
  for (const kernel of kernels) {
    const owner = owners.get(kernel);
    if (owner === undefined) added.set(kernel.opType, (added.get(kernel.opType) ?? 0) + kernel.timeMs);
    else times.set(owner, (times.get(owner) ?? 0) + kernel.timeMs);
  }
  const layers = Array.from(original.nodes(), (node) => ({
    node: node.label,
    opType: node.opType,
    timeMs: times.get(node) ?? 0,
    fused: (fused.get(node) ?? []).map(({ label }) => label),
  }));
  return { layers, added: largestFirst(added), totalMs, inferences };
}

function largestFirst(times: ReadonlyMap<string, number>): readonly AddedTime[] {
  return Array.from(times, ([opType, timeMs]) => ({ opType, timeMs })).sort((a, b) => b.timeMs - a.timeMs);
}
