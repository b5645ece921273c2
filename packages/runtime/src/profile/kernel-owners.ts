import type { Model, Node, Value } from '@onnx-compress/graph';
import { constantValues, mainNode, nodesBehind } from './fused-nodes.js';
import type { KernelTime } from './kernel-times.js';
import type { MarkedModel } from './marked-model.js';
import { INSERTED_CAST, OriginalValues } from './original-values.js';

/** What the kernels of a profile are in the original. */
export interface KernelOwners {
  /** The node that each kernel's time counts for; kernels that no node stands for are missing. */
  readonly owners: ReadonlyMap<KernelTime, Node>;
  /** The other nodes that run in the kernels of a node. */
  readonly fused: ReadonlyMap<Node, readonly Node[]>;
}

/** Conversions between layouts and precisions: they give a value of the model, and compute nothing of it. */
function isConversion({ name, opType }: KernelTime): boolean {
  if (opType === 'Cast') return name.startsWith(INSERTED_CAST);
  return opType === 'ReorderInput' || opType === 'ReorderOutput';
}

/** Values inside an operator that onnxruntime replaced by its definition. */
const INLINED = '_inlfunc_';

/**
 * Assigns kernels to nodes of the original: by the marker in the kernel's name, else by the values that it computes;
 * kernels inside an operator that was replaced by its definition go with the one that computes its result.
 *
 * @param nodes the nodes of the optimized model that the kernels run
 */
export function kernelOwners(
  original: Model,
  marked: MarkedModel,
  kernels: readonly KernelTime[],
  nodes: ReadonlyMap<KernelTime, Node>,
): KernelOwners {
  const values = new OriginalValues(original, marked);
  const outputs = new Map(kernels.map((kernel) => [kernel, values.ofKernel(kernel, nodes.get(kernel))] as const));
  const owners = new Map<KernelTime, Node>();
  for (const kernel of kernels) {
    const owner = marked.original(kernel.name);
    if (owner !== undefined) owners.set(kernel, owner);
  }
  const fused = new Map<Node, Node[]>();
  const taken = new Set(owners.values());
  const bounds = new Set([...constantValues(original), ...[...outputs.values()].flat()]);
  for (const kernel of kernels) {
    if (isConversion(kernel)) continue;
    const marker = owners.get(kernel);
    if (marker !== undefined) taken.delete(marker);
    const inside = nodesBehind(outputs.get(kernel) ?? [], { values: bounds, nodes: taken });
    const owner = marker ?? mainNode(inside, kernel.opType);
    if (owner === undefined) continue;
    owners.set(kernel, owner);
    fused.set(owner, [...(fused.get(owner) ?? []), ...inside.filter((node) => node !== owner)]);
    for (const node of [owner, ...inside]) taken.add(node);
  }
  followInlined(owners, nodes);
  return { owners, fused };
}

/** Kernels that compute values inside an inlined operator belong to the node that its result belongs to. */
function followInlined(owners: Map<KernelTime, Node>, nodes: ReadonlyMap<KernelTime, Node>): void {
  const kernelOf = new Map(Array.from(nodes, ([kernel, node]) => [node, kernel] as const));
  for (const [kernel, node] of [...nodes].reverse()) {
    if (owners.has(kernel) || ![kernel.name, ...node.outputs].some((name) => name.startsWith(INLINED))) continue;
    const owner = ownerBehind(node, (reader) => {
      const readerKernel = kernelOf.get(reader);
      return readerKernel && owners.get(readerKernel);
    });
    if (owner !== undefined) owners.set(kernel, owner);
  }
}

/** The first owner that is met on the way from a node to the outputs of the graph. */
function ownerBehind(start: Node, ownerOf: (node: Node) => Node | undefined): Node | undefined {
  const seen = new Set<Node>();
  const open = [start];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    for (const reader of readersOf(node)) {
      const owner = ownerOf(reader);
      if (owner !== undefined) return owner;
      if (seen.has(reader)) continue;
      seen.add(reader);
      open.push(reader);
    }
  }
  return undefined;
}

function readersOf(node: Node): readonly Node[] {
  const outputs: readonly (Value | undefined)[] = node.outputs.map((_name, index) => node.output(index));
  return outputs.flatMap((value) => value?.uses.flatMap((use) => (use.kind === 'input' ? use.node : [])) ?? []);
}
