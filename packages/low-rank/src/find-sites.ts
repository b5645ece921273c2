import { matchNodes, type NodeSelection, type Skip } from '@onnx-compress/core';
import type { Model, ShapeTable } from '@onnx-compress/graph';
import type { Site, SiteOf } from './sites/site.js';

/** What a method can work on, and the layers of its kind that it must leave, with the reason. */
export interface FoundSites {
  readonly sites: readonly Site[];
  readonly skipped: readonly Skip[];
}

/** The layers of the selected nodes as a method sees them, in the order of the file. */
export function findSites(model: Model, siteOf: SiteOf, nodes: NodeSelection, shapes: ShapeTable): FoundSites {
  const selected = matchNodes(nodes);
  const sites: Site[] = [];
  const skipped: Skip[] = [];
  for (const node of model.nodes()) {
    const found = selected(node.label) ? siteOf(node, shapes) : undefined;
    if (found === undefined) continue;
    if ('reason' in found) skipped.push({ node: node.label, reason: found.reason });
    else sites.push(found);
  }
  return { sites, skipped };
}
