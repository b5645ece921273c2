import type { Graph } from '../model/graph.js';
import type { Node } from '../model/node.js';
import type { DimsOf } from './known-dims.js';
import { macRuleOf } from './mac-rules.js';

/** Multiply-accumulates, and the labels of the nodes that are missing from them. */
export interface MacCount {
  readonly macs: number;
  readonly unknown: readonly string[];
}

/** The multiply-accumulates of one scope and the subgraphs inside it. */
export function countMacs(graph: Graph, dimsOf: DimsOf): MacCount {
  return sum(graph.nodes.map((node) => macsOfNode(node, dimsOf)));
}

function macsOfNode(node: Node, dimsOf: DimsOf): MacCount {
  const rule = macRuleOf(node);
  if (rule) {
    const macs = rule(node, dimsOf);
    return macs === undefined ? { macs: 0, unknown: [node.label] } : { macs, unknown: [] };
  }
  const bodies = node.subgraphs().map(({ graph }) => countMacs(graph, dimsOf));
  return node.opType === 'If' ? larger(bodies) : sum(bodies);
}

/** Only one branch runs: the costlier one is charged, while the unknown nodes of all are named. */
function larger(branches: readonly MacCount[]): MacCount {
  return {
    macs: Math.max(0, ...branches.map(({ macs }) => macs)),
    unknown: branches.flatMap(({ unknown }) => unknown),
  };
}

/** Adds up counts. */
export function sum(counts: readonly MacCount[]): MacCount {
  return {
    macs: counts.reduce((total, { macs }) => total + macs, 0),
    unknown: counts.flatMap(({ unknown }) => unknown),
  };
}
