import type { DamageCurve } from '../allocation/damage-curve.js';
import type { Prunable } from '../analysis/prunable.js';
import type { Engine, Producer } from '../axes/engine.js';
import type { Decision, ScoredGroup } from './decision.js';
import { GONE } from './normalise.js';

/** The same weight axis in a model and in its pruned copy. */
const axisKey = ({ node, axis }: Producer) => `${axis} ${node.label}`;

/** The unit of each position of a producer. */
const unitsOf = ({ dependencies }: Engine, { atoms }: Producer) =>
  Array.from(atoms, (atom) => dependencies.atoms.find(atom));

/** Scores of the units of a pruned copy, position by position of each weight axis that computes them. */
function scoresByAxis({ engine }: Prunable, scored: readonly ScoredGroup[]): ReadonlyMap<string, readonly number[]> {
  const scoreOf = new Map(
    scored.flatMap(({ group, scores }) => group.units.map((unit, index) => [unit, scores[index] ?? 0] as const)),
  );
  return new Map(
    scored.flatMap(({ group }) =>
      group.producers.map((producer) => [
        axisKey(producer),
        unitsOf(engine, producer).map((unit) => scoreOf.get(unit) ?? Number.NaN),
      ]),
    ),
  );
}

/** What was measured of the groups of a pruned copy, by the weight axes that compute their channels. */
function curvesByAxis(scored: readonly ScoredGroup[]): ReadonlyMap<string, DamageCurve> {
  return new Map(
    scored.flatMap(({ group, damage }) =>
      damage === undefined ? [] : group.producers.map((producer) => [axisKey(producer), damage] as const),
    ),
  );
}

/**
 * The scores that a pruned copy gives to the units of the original: units that are gone are marked as such, and units
 * that the copy cannot remove any more keep the score they had. So it is with what was measured of the groups; counted in
 * units that stay, the curve of a group in the copy is one of the group in the original.
 */
export function scoresAfter(
  original: Prunable,
  before: readonly ScoredGroup[],
  decisions: readonly Decision[],
  copy: Prunable,
  scored: readonly ScoredGroup[],
): readonly ScoredGroup[] {
  const gone = new Set(decisions.flatMap(({ units }) => units));
  const byAxis = scoresByAxis(copy, scored);
  const curves = curvesByAxis(scored);
  return before.map(({ group, scores, damage }) => {
    const fresh = new Map<number, number>();
    for (const producer of group.producers) {
      const left = unitsOf(original.engine, producer).filter((unit) => !gone.has(unit));
      const after = byAxis.get(axisKey(producer));
      if (after?.length !== left.length) continue;
      for (const [position, unit] of left.entries()) fresh.set(unit, after[position] ?? Number.NaN);
    }
    const perUnit = group.units.map((unit, index) => {
      const score = fresh.get(unit) ?? Number.NaN;
      return gone.has(unit) ? GONE : Number.isNaN(score) ? (scores[index] ?? 0) : score;
    });
    const curve = group.producers.map((producer) => curves.get(axisKey(producer))).find((own) => own !== undefined);
    return { group, scores: Float64Array.from(perUnit), damage: curve ?? damage };
  });
}
