import type { Graph } from '../model/graph.js';
import type { Node } from '../model/node.js';
import type { ShapeTable } from '../shapes/shape-table.js';
import { dimsReader } from './known-dims.js';
import { macRuleOf } from './mac-rules.js';

/** Multiply-accumulates, and the labels of the nodes that are missing from them. */
export interface MacCount {
  readonly macs: number;
  readonly unknown: readonly string[];
}

/** The multiply-accumulates of one node: a number, `unknown`, or undefined for an operator that does not multiply. */
export type MacsOf = (node: Node) => number | 'unknown' | undefined;

/** Multiply-accumulates by the rule of each operator, at these shapes. */
export function macsByRule(shapes: ShapeTable): MacsOf {
  const dimsOf = dimsReader(shapes);
  return (node) => {
    const rule = macRuleOf(node);
    return rule && (rule(node, dimsOf) ?? 'unknown');
  };
}

/** The multiply-accumulates of one scope and the subgraphs inside it. */
export function countMacs(graph: Graph, macsOf: MacsOf): MacCount {
  return sum(graph.nodes.map((node) => macsOfNode(node, macsOf)));
}

function macsOfNode(node: Node, macsOf: MacsOf): MacCount {
  const macs = macsOf(node);
  if (macs === 'unknown') return { macs: 0, unknown: [node.label] };
  if (macs !== undefined) return { macs, unknown: [] };
  const bodies = node.subgraphs().map(({ graph }) => countMacs(graph, macsOf));
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
