/** A number of units that stay, and what the outputs suffer then. */
export type DamagePoint = readonly [kept: number, damage: number];

/**
 * The damage that one group does by the number of its units that stay, from all of them down. Convex: each unit costs at
 * least as much as the one before.
 */
export type DamageCurve = readonly DamagePoint[];

/** Slope of the line between two points, in damage per unit that goes. */
const slope = ([kept, damage]: DamagePoint, [fewer, more]: DamagePoint) => (more - damage) / (kept - fewer);

/** Damage of all units of a group at the least: nothing is free below what was measured. */
const LEAST_DAMAGE = 0.1;

/**
 * The curve through measured points: the lower convex hull, which a search by damage per cost can follow block by block,
 * and which does not take the noise of a measurement for a price.
 *
 * @param units all units of the group, which do no damage
 */
export function damageCurve(units: number, measured: readonly DamagePoint[]): DamageCurve {
  const hull: DamagePoint[] = [[units, 0]];
  const points = measured.filter(([kept]) => kept < units).sort(([first], [second]) => second - first);
  for (const [kept, damage] of points) {
    const point: DamagePoint = [kept, Math.max(0, damage)];
    for (;;) {
      const [before, last] = [hull.at(-2), hull.at(-1)];
      if (before === undefined || last === undefined || slope(before, last) < slope(last, point)) break;
      hull.pop();
    }
    hull.push(point);
  }
  return hull;
}

/** Below the least point: the slope of the curve, or that of a parabola through it if that is more, and growing. */
function beyond(curve: DamageCurve, kept: number): number {
  const [whole, last] = [curve[0], curve.at(-1)];
  if (whole === undefined || last === undefined) return 0;
  const [units] = whole;
  const [least, damage] = last;
  const steepest = curve.at(-2) === undefined ? 0 : slope(curve.at(-2) ?? whole, last);
  const parabola = least < units ? (2 * damage) / (units - least) : 0;
  const rise = Math.max(steepest, parabola, LEAST_DAMAGE / units);
  const further = least - kept;
  return damage + rise * further * (1 + further / least);
}

/** The damage at a number of units: on the straight lines between the points, steeply more below the least of them. */
export function damageAt(curve: DamageCurve, kept: number): number {
  let above: DamagePoint | undefined;
  for (const point of curve) {
    if (kept >= point[0]) return above === undefined ? point[1] : point[1] - slope(above, point) * (kept - point[0]);
    above = point;
  }
  return beyond(curve, kept);
}
