import { GraphError } from '../error.js';
import type { Model } from '../model/model.js';
import type { Node } from '../model/node.js';
import { OPSET_RULES } from './rules/index.js';

/** Oldest opset whose operators broadcast as today's do, and newest that the rules cover. */
const OLDEST = 7;
const NEWEST = 21;

/** IR version that brought the tensor types and fields of an opset (onnx/docs/Versioning.md). */
const IR_VERSIONS: readonly (readonly [opset: number, irVersion: number])[] = [
  [21, 10],
  [19, 9],
];

/**
 * Brings a model to a newer ai.onnx opset, node by node, functions and subgraphs included. Does nothing when it has the
 * opset already. All nodes are converted or, when one cannot be, the model is left half converted: use a clone.
 *
 * @param target ai.onnx opset, up to 21
 * @throws GraphError OPSET_NO_RULE, naming the node and the reason, or OPSET_RANGE
 */
export function raiseOpset(model: Model, target: number): void {
  const current = model.opset() ?? 1;
  if (current >= target) return;
  if (current < OLDEST || target > NEWEST) throw outOfRange(current, target);
  for (let version = current + 1; version <= target; version++) {
    for (const node of [...model.nodes()]) convert(node, version);
  }
  model.setOpset('', target);
  const irVersion = IR_VERSIONS.find(([opset]) => target >= opset)?.[1] ?? 0;
  if (model.irVersion < irVersion) model.setIrVersion(irVersion);
}

function convert(node: Node, version: number): void {
  if (node.domain !== '') return;
  for (const rule of OPSET_RULES) {
    if (rule.since === version && rule.opTypes.includes(node.opType)) rule.convert(node);
  }
}

function outOfRange(current: number, target: number): GraphError {
  return new GraphError(
    'OPSET_RANGE',
    `opset ${current} cannot be raised to ${target}: rules cover ${OLDEST} to ${NEWEST}`,
    {
      hint: `export the model again with opset ${Math.min(target, NEWEST)}`,
    },
  );
}
