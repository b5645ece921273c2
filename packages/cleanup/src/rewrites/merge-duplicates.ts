import { type Change, throwIfAborted } from '@onnx-compress/core';
import type { DataType, Graph, Tensor, Weight } from '@onnx-compress/graph';
import { isFixed } from '../graph-edits/constant.js';
import { fingerprint } from '../graph-edits/fingerprint.js';
import { duplicateWeight } from '../messages.js';
import { mainScopes, type Rewrite, type RewriteScope } from '../rewrite.js';

/** Smaller equal tensors are equal by accident (zero biases, shapes); tying them would couple unrelated layers. */
const SMALLEST = 1024;

/** 8-bit weights are what a quantizer wrote; their bytes may be computed on demand, at the cost of quantizing again. */
const COMPARED: ReadonlySet<DataType> = new Set(['float32', 'float16', 'float64', 'bfloat16', 'int32', 'int64']);

/** Makes readers of equal weights in one scope share the first; tensors of one repeated value do not count as equal. */
export const mergeDuplicates: Rewrite = async (model, scope) => {
  const changed: Change[] = [];
  for (const graph of mainScopes(model)) {
    for (const group of alikeWeights(graph).values()) {
      changed.push(...(await mergeEqual(graph, group, scope)));
    }
  }
  return { changed, skipped: [] };
};

/** Weights by type and shape; only where there are several is it worth reading their bytes. */
function alikeWeights(graph: Graph): ReadonlyMap<string, readonly Weight[]> {
  const groups = new Map<string, Weight[]>();
  for (const weight of graph.weights()) {
    if (!isCandidate(weight)) continue;
    const { dataType, dims } = weight.tensor;
    const key = `${dataType} ${dims.join('x')}`;
    const group = groups.get(key);
    if (group) group.push(weight);
    else groups.set(key, [weight]);
  }
  return groups;
}

function isCandidate(weight: Weight): boolean {
  const { dataType, byteLength } = weight.tensor;
  if (!COMPARED.has(dataType) || byteLength < SMALLEST || weight.form === 'sparse') return false;
  return isFixed(weight) && !weight.value.uses.some((use) => use.kind === 'output');
}

async function mergeEqual(graph: Graph, group: readonly Weight[], scope: RewriteScope): Promise<readonly Change[]> {
  if (group.length < 2) return [];
  const changed: Change[] = [];
  const originals = new Map<string, Weight>();
  for (const weight of group) {
    throwIfAborted(scope.context.signal);
    const key = await fingerprint(weight.tensor);
    const original = key === undefined ? undefined : originals.get(key);
    if (key !== undefined && original === undefined) originals.set(key, weight);
    if (original === undefined || !(await equalBytes(original.tensor, weight.tensor))) continue;
    graph.replaceUses(weight.value, original.value);
    graph.removeWeight(weight);
    changed.push(duplicateWeight(weight.name, original.name));
  }
  return changed;
}

async function equalBytes(left: Tensor, right: Tensor): Promise<boolean> {
  const [one, other] = await Promise.all([left.bytes(), right.bytes()]);
  return one.every((byte, index) => byte === other[index]);
}
