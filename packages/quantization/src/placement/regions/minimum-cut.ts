import { present } from '@onnx-compress/graph';

/** Relative to the largest capacity: what is left below it is rounding of the sums. */
const NOTHING = 1e-12;

interface Arc {
  readonly to: number;
  /** What more can flow. */
  room: number;
  /** Position of the opposite arc among those of `to`. */
  readonly opposite: number;
}

/**
 * A directed graph with capacities and its minimum cut, by Dinic's algorithm (Dinitz 1970): shortest augmenting paths,
 * all of one length at a time.
 */
export class FlowNetwork {
  readonly #arcs: Arc[][] = [];
  #largest = 0;

  /** Adds a vertex; returns its number, counted from 0. */
  addVertex(): number {
    return this.#arcs.push([]) - 1;
  }

  /** Adds a capacity that is cut where `from` is on the source's side and `to` is not. */
  addArc(from: number, to: number, capacity: number): void {
    const [forward, backward] = [this.#of(from), this.#of(to)];
    forward.push({ to, room: capacity, opposite: backward.length });
    backward.push({ to: from, room: 0, opposite: forward.length - 1 });
    if (Number.isFinite(capacity)) this.#largest = Math.max(this.#largest, capacity);
  }

  /**
   * The smallest set of vertices on the source's side of a minimum cut. It uses up the capacities: ask once.
   *
   * Infinite capacities must not connect source and sink.
   */
  sourceSide(source: number, sink: number): ReadonlySet<number> {
    for (;;) {
      const levels = this.#levels(source);
      if (!levels.has(sink)) return new Set(levels.keys());
      const next = this.#arcs.map(() => 0);
      while (this.#augment(source, sink, levels, next));
    }
  }

  #of(vertex: number): Arc[] {
    return present(this.#arcs[vertex], 'vertex of a flow network');
  }

  #isOpen({ room }: Arc): boolean {
    return room > this.#largest * NOTHING;
  }

  /** How many arcs away from the source each vertex is that can still be reached. */
  #levels(source: number): ReadonlyMap<number, number> {
    const levels = new Map([[source, 0]]);
    for (const [vertex, level] of levels) {
      for (const arc of this.#of(vertex)) {
        if (this.#isOpen(arc) && !levels.has(arc.to)) levels.set(arc.to, level + 1);
      }
    }
    return levels;
  }

  /** Sends what one path lets through; false where none is left. `next` remembers which arcs led nowhere. */
  #augment(source: number, sink: number, levels: ReadonlyMap<number, number>, next: number[]): boolean {
    const path: Arc[] = [];
    for (let vertex = source; vertex !== sink; ) {
      const arc = this.#forwardArc(vertex, levels, next);
      if (arc) {
        path.push(arc);
        vertex = arc.to;
        continue;
      }
      const last = path.pop();
      if (last === undefined) return false;
      vertex = this.#opposite(last).to;
      next[vertex] = (next[vertex] ?? 0) + 1;
    }
    const amount = Math.min(...path.map(({ room }) => room));
    for (const arc of path) {
      arc.room -= amount;
      this.#opposite(arc).room += amount;
    }
    return path.length > 0;
  }

  #forwardArc(vertex: number, levels: ReadonlyMap<number, number>, next: number[]): Arc | undefined {
    const arcs = this.#of(vertex);
    const below = (levels.get(vertex) ?? 0) + 1;
    for (let index = next[vertex] ?? 0; index < arcs.length; index++) {
      next[vertex] = index;
      const arc = present(arcs[index], 'arc');
      if (this.#isOpen(arc) && levels.get(arc.to) === below) return arc;
    }
    next[vertex] = arcs.length;
    return undefined;
  }

  #opposite({ to, opposite }: Arc): Arc {
    return present(this.#of(to)[opposite], 'opposite arc');
  }
}
