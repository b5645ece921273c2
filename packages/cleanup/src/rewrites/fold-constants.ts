import { type Change, type Skip, throwIfAborted } from '@onnx-compress/core';
import type { Graph, ShapeTable, Tensor } from '@onnx-compress/graph';
import { present } from '@onnx-compress/graph';
import { type AcceptedNodes, acceptNodes } from '../folding/accept-nodes.js';
import { evaluateParts } from '../folding/evaluate-parts.js';
import { growsFile } from '../folding/file-growth.js';
import { type ConstantRegion, constantRegion, outputsOf } from '../folding/foldable.js';
import { type ConstantPart, connectedParts } from '../folding/parts.js';
import { regionModel } from '../folding/region-model.js';
import { evaluationFailed, foldedConstant } from '../messages.js';
import { mainScopes, type Rewrite, type RewriteResult, type RewriteScope } from '../rewrite.js';

/**
 * Computes what depends on constants only, in onnxruntime, and stores it as initializers. Never folded: random
 * operators, control flow, DequantizeLinear, and whatever would make the file grow.
 */
export const foldConstants: Rewrite = async (model, scope) => {
  const changed: Change[] = [];
  const skipped: Skip[] = [];
  for (const graph of mainScopes(model)) {
    const result = await foldScope(graph, scope);
    changed.push(...result.changed);
    skipped.push(...result.skipped);
  }
  return { changed, skipped };
};

async function foldScope(graph: Graph, scope: RewriteScope): Promise<RewriteResult> {
  const region = constantRegion(graph, scope.selected);
  if (region.nodes.length === 0) return { changed: [], skipped: [] };
  const accepted = await worthFolding(graph, region, scope);
  const parts = connectedParts(accepted.nodes, region).filter(
    (part) => part.results.length > 0 && !growsFile(part, accepted.bytes),
  );
  const changed: Change[] = [];
  const skipped: Skip[] = [];
  for (const evaluated of await evaluateParts(graph.model, parts, scope)) {
    const { part } = evaluated;
    if ('failure' in evaluated) {
      skipped.push(...part.nodes.map(({ label }) => ({ node: label, reason: evaluationFailed(evaluated.failure) })));
    } else {
      changed.push(...part.nodes.map(({ label }) => foldedConstant(label)));
      store(graph, part, evaluated.results);
    }
  }
  return { changed, skipped };
}

async function worthFolding(graph: Graph, region: ConstantRegion, scope: RewriteScope): Promise<AcceptedNodes> {
  const outputs = region.nodes.flatMap(outputsOf);
  const model = regionModel(graph.model, region.nodes, region.weights, outputs);
  const { shapes, signal } = scope.context;
  let inferred: ShapeTable;
  try {
    inferred = await shapes.infer(model, new Map(), signal);
  } catch {
    throwIfAborted(signal);
    return { nodes: [], bytes: new Map() };
  }
  return acceptNodes(region, model, inferred);
}

/** The results take over the names, so that readers and declared types stay. */
function store(graph: Graph, { nodes, results }: ConstantPart, values: ReadonlyMap<string, Tensor>): void {
  for (const { name, producer, producerIndex } of results) {
    producer?.setOutput(producerIndex, '');
    graph.addWeight(name, present(values.get(name), `value of ${name}`));
  }
  for (const node of [...nodes].reverse()) graph.removeNode(node);
}
