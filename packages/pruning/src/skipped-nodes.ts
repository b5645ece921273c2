import { matchNodes, type NodeSelection, type Skip } from '@onnx-compress/core';
import type { Engine } from './axes/engine.js';
import { labelsOf } from './groups/group.js';
import type { Decision } from './selection/decision.js';

/** The nodes that keep all their channels, and why. */
export function skippedNodes(decisions: readonly Decision[], engine: Engine, nodes: NodeSelection): readonly Skip[] {
  const wanted = matchNodes(nodes);
  const skips = decisions.flatMap(({ group, reason }) =>
    reason === undefined ? [] : labelsOf(group).map((node) => ({ node, reason })),
  );
  const hidden = [...engine.unprunable].map(([node, reason]) => ({ node: node.label, reason }));
  return [...skips, ...hidden.filter(({ node }) => wanted(node))];
}
