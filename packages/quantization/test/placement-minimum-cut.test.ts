import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FlowNetwork } from '../src/placement/regions/minimum-cut.js';

interface Arc {
  readonly from: number;
  readonly to: number;
  readonly capacity: number;
}

const VERTICES = 7;
const SOURCE = 0;
const SINK = 1;

const vertex = fc.integer({ min: 0, max: VERTICES - 1 });
const arcs = fc.array(fc.record({ from: vertex, to: vertex, capacity: fc.integer({ min: 0, max: 20 }) }), {
  maxLength: 24,
});

function networkOf(list: readonly Arc[]): FlowNetwork {
  const network = new FlowNetwork();
  for (let index = 0; index < VERTICES; index++) network.addVertex();
  for (const { from, to, capacity } of list) network.addArc(from, to, capacity);
  return network;
}

const cutBy = (side: ReadonlySet<number>, list: readonly Arc[]) =>
  list.reduce((sum, { from, to, capacity }) => (side.has(from) && !side.has(to) ? sum + capacity : sum), 0);

/** All sets of vertices with the source and without the sink. */
function sides(): readonly ReadonlySet<number>[] {
  return Array.from({ length: 2 ** VERTICES }, (_, bits) => {
    const members = Array.from({ length: VERTICES }, (_, index) => index).filter((index) => (bits >> index) & 1);
    return new Set(members);
  }).filter((side) => side.has(SOURCE) && !side.has(SINK));
}

describe('the minimum cut', () => {
  it('cuts no more than any other division, and is the smallest of the best', () => {
    const all = sides();
    fc.assert(
      fc.property(arcs, (list) => {
        const side = networkOf(list).sourceSide(SOURCE, SINK);
        const least = Math.min(...all.map((other) => cutBy(other, list)));
        const best = all.filter((other) => cutBy(other, list) === least);
        expect(cutBy(side, list)).toBe(least);
        for (const other of best) for (const member of side) expect(other.has(member)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('never cuts an infinite capacity', () => {
    const network = networkOf([
      { from: 0, to: 2, capacity: 5 },
      { from: 2, to: 3, capacity: Infinity },
      { from: 3, to: 1, capacity: 3 },
    ]);
    expect([...network.sourceSide(SOURCE, SINK)].sort()).toEqual([0, 2, 3]);
  });

  it('keeps apart capacities that differ in the last digits', () => {
    const network = networkOf([
      { from: 0, to: 2, capacity: 0.1 + 0.2 },
      { from: 2, to: 1, capacity: 0.3 - 1e-9 },
    ]);
    expect(network.sourceSide(SOURCE, SINK).has(2)).toBe(true);
  });
});
