/** Milliseconds by the part of a node's work that is left, from the least part to the greatest. */
export type TimeCurve = readonly (readonly [part: number, milliseconds: number])[];

/** The time at a part of the work: on the straight lines between the points, from none at no work. */
export function timeAt(curve: TimeCurve, part: number): number {
  let [low, before] = [0, 0];
  for (const [high, time] of curve) {
    if (part <= high) return high === low ? time : before + ((time - before) * (part - low)) / (high - low);
    [low, before] = [high, time];
  }
  return before;
}

/** Neighbouring points that share one time. */
interface Pool {
  readonly parts: readonly number[];
  readonly times: readonly number[];
}

const mean = ({ times }: Pool) => times.reduce((sum, time) => sum + time, 0) / times.length;

const joins = (last: Pool, next: Pool) => last.parts.at(-1) === next.parts[0] || mean(last) >= mean(next);

/**
 * The curve through measured points that never falls while the work grows: points in the wrong order, or of the same work,
 * get their mean (pool adjacent violators, the least-squares fit of Ayer et al., 1955).
 */
export function risingCurve(measured: TimeCurve): TimeCurve {
  const pools: Pool[] = [];
  for (const [part, time] of [...measured].sort(([first], [second]) => first - second)) {
    let pool: Pool = { parts: [part], times: [time] };
    for (let last = pools.at(-1); last !== undefined && joins(last, pool); last = pools.at(-1)) {
      pools.pop();
      pool = { parts: [...last.parts, ...pool.parts], times: [...last.times, ...pool.times] };
    }
    pools.push(pool);
  }
  return pools.flatMap((pool) => [...new Set(pool.parts)].map((part) => [part, mean(pool)] as const));
}
