import type { SiteOf } from '../sites/site.js';

/** A node as the first of several kinds of layer that it is. */
export function firstOf(...kinds: readonly SiteOf[]): SiteOf {
  return (node, shapes) => {
    for (const siteOf of kinds) {
      const found = siteOf(node, shapes);
      if (found !== undefined) return found;
    }
    return undefined;
  };
}
