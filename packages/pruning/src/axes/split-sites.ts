import type { Node } from '@onnx-compress/graph';
import { AtomSets } from './atom-sets.js';
import type { Axis } from './axis.js';

/** For each split site, by its key, the piece whose positions stay removable; a site without an entry keeps its longest. */
export type SplitChoices = ReadonlyMap<string, number>;

/** A place where a Reshape splits a factor into a row-major product of pieces, of which only one can stay free. */
export interface SplitSite {
  /** The same in every analysis of the model. */
  readonly key: string;
  /** Atoms of the factor that was split, one per position. */
  readonly atoms: Int32Array;
  readonly sizes: readonly number[];
  /** The piece that stayed free. */
  readonly kept: number;
  /** Identities of the pieces. */
  readonly pieces: readonly number[];
}

/** Remembers where factors were split, and which pieces of different sites lie over each other. */
export class SplitSites {
  readonly sites: SplitSite[] = [];
  /** Pieces that are the same axis, such as the heads of queries, keys and values. */
  readonly links = new AtomSets();
  /** Pieces whose sites depend on each other. */
  readonly components = new AtomSets();
  readonly #batch = new Set<number>();
  #node = '';
  #factor = 0;

  constructor(private readonly choices: SplitChoices) {}

  /** Says that the following splits belong to this node. */
  enter(node: Node): void {
    this.#node = node.label;
    this.#factor = 0;
  }

  /** A new site: the piece of it that stays free, and the identities of its pieces. */
  add(
    factor: { readonly atoms: Int32Array; readonly piece?: number | undefined },
    sizes: readonly number[],
  ): SplitSite {
    const key = `${this.#node}:${this.#factor++}`;
    const wanted = this.choices.get(key);
    const longest = sizes.indexOf(Math.max(...sizes));
    const kept = wanted !== undefined && wanted < sizes.length ? wanted : longest;
    const pieces = [...this.links.fresh(sizes.length)];
    this.components.fresh(sizes.length);
    const [first] = pieces;
    for (const piece of pieces) this.components.union(piece, first ?? piece);
    if (first !== undefined && factor.piece !== undefined) this.components.union(first, factor.piece);
    const site = { key, atoms: factor.atoms, sizes, kept, pieces };
    this.sites.push(site);
    return site;
  }

  /** The pieces that stayed free, as choices for another analysis of the model or of a pruned copy. */
  kept(): SplitChoices {
    return new Map(this.sites.map(({ key, kept }) => [key, kept]));
  }

  /** Says that two runs of factors are the same axis. */
  link(left: Axis, right: Axis): void {
    for (const { piece } of left) {
      for (const { piece: other } of right) {
        if (piece === undefined || other === undefined) continue;
        this.links.union(piece, other);
        this.components.union(piece, other);
      }
    }
  }

  /** Notes that the axis counts independent products of computed values: heads, where a site splits them off. */
  markBatch(axis: Axis): void {
    for (const { piece } of axis) if (piece !== undefined) this.#batch.add(piece);
  }

  /** True for the representative of linked pieces that count independent products of computed values. */
  isBatch(linked: number): boolean {
    return [...this.#batch].some((piece) => this.links.find(piece) === linked);
  }
}
