/**
 * Disjoint sets of atoms. An atom is one position of one tensor axis; atoms in one set can only be removed together.
 * A set may be pinned: then none of its atoms can be removed, for the first reason that was given.
 */
export class AtomSets {
  readonly #parents: number[] = [];
  readonly #reasons = new Map<number, string>();

  /** Number of atoms; they are counted from 0. */
  get size(): number {
    return this.#parents.length;
  }

  /** `count` new atoms, each in a set of its own. */
  fresh(count: number): Int32Array {
    const first = this.#parents.length;
    const atoms = new Int32Array(count);
    for (let index = 0; index < count; index++) {
      this.#parents.push(first + index);
      atoms[index] = first + index;
    }
    return atoms;
  }

  /** The atom that stands for the set of `atom`; the lowest one, so that results do not depend on union order. */
  find(atom: number): number {
    let root = atom;
    for (let parent = this.#parents[root]; parent !== undefined && parent !== root; parent = this.#parents[root]) {
      root = parent;
    }
    for (let current = atom; current !== root; ) {
      const next = this.#parents[current] ?? root;
      this.#parents[current] = root;
      current = next;
    }
    return root;
  }

  /** Joins the sets of two atoms; pinned with anything is pinned. */
  union(left: number, right: number): void {
    const leftRoot = this.find(left);
    const rightRoot = this.find(right);
    if (leftRoot === rightRoot) return;
    const root = Math.min(leftRoot, rightRoot);
    const child = Math.max(leftRoot, rightRoot);
    this.#parents[child] = root;
    const reason = this.#reasons.get(root) ?? this.#reasons.get(child);
    this.#reasons.delete(child);
    if (reason !== undefined) this.#reasons.set(root, reason);
  }

  /** Forbids the removal of the atom's set. */
  pin(atom: number, reason: string): void {
    const root = this.find(atom);
    if (!this.#reasons.has(root)) this.#reasons.set(root, reason);
  }

  /** Why the atom's set cannot be removed; undefined where it can. */
  pinnedBecause(atom: number): string | undefined {
    return this.#reasons.get(this.find(atom));
  }
}
