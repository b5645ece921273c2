import { type Graph, type Node, removeUnused, type Tensor } from '@onnx-compress/graph';
import { UNNAMED } from '../emission/rewrite-node.js';
import { nodeBytes, tensorBytes } from '../file-cost.js';
import type { Restoration } from './weight-code.js';

/** Where a weight is restored. */
export interface RestorationSite extends Omit<Restoration, 'integers'> {
  /** Adds a constant that all weights of a scope share, unless it is there; returns its name. */
  shared(name: string, tensor: () => Tensor): string;
  /** Takes out a value that nothing reads, with the nodes before it. */
  dropUnread(name: string): void;
}

/** What the weights of each scope share, by purpose. */
export class SharedConstants {
  readonly #names = new Map<Graph, Map<string, string>>();

  /** The constants of a scope: their names by their purpose. */
  of(graph: Graph): Map<string, string> {
    const known = this.#names.get(graph) ?? new Map<string, string>();
    this.#names.set(graph, known);
    return known;
  }
}

/** Restores a weight in front of a node. */
export function siteBefore(node: Node, weight: string, shared: SharedConstants): RestorationSite {
  const { graph } = node;
  const constants = shared.of(graph);
  const constant = (purpose: string, tensor: Tensor) =>
    graph.addWeight(graph.uniqueName(`${weight}_${purpose}`), tensor).name;
  return {
    constant,
    compute(opType, inputs, attributes = {}) {
      const output = graph.uniqueName(`${weight}_${opType.toLowerCase()}`);
      graph.addNode({ ...UNNAMED, opType, inputs, outputs: [output], attributes }, { before: node });
      return output;
    },
    shared(purpose, tensor) {
      const name = constants.get(purpose) ?? graph.addWeight(graph.uniqueName(purpose), tensor()).name;
      constants.set(purpose, name);
      return name;
    },
    dropUnread(name) {
      const value = graph.value(name);
      if (value !== undefined) removeUnused(value);
    },
  };
}

/**
 * About how many bytes a weight with its nodes adds to the file. Nothing is added.
 *
 * @param known purposes of the shared constants that the scope has already; those that are asked for are added
 */
export function countBytes(weight: string, known: Set<string>, restore: (site: RestorationSite) => void): number {
  let bytes = 0;
  const add = (name: string, { dims, byteLength }: Tensor) => {
    bytes += tensorBytes(name, dims.length, byteLength);
    return name;
  };
  restore({
    constant: (purpose, tensor) => add(`${weight}_${purpose}`, tensor),
    compute(opType, inputs, attributes = {}) {
      const output = `${weight}_${opType.toLowerCase()}`;
      bytes += nodeBytes({ ...UNNAMED, opType, inputs, outputs: [output], attributes });
      return output;
    },
    shared(purpose, tensor) {
      if (!known.has(purpose)) add(purpose, tensor());
      known.add(purpose);
      return purpose;
    },
    dropUnread: () => {},
  });
  return bytes;
}
