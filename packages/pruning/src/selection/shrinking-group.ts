import { type DamageCurve, damageAt } from '../allocation/damage-curve.js';
import { type Group, labelsOf } from '../groups/group.js';
import { UnitRanking } from './choose-units.js';
import type { ScoredGroup } from './decision.js';
import { GONE } from './normalise.js';

/** The units of a group that go when a certain number stays. */
export interface Cut {
  readonly kept: number;
  /** Representative atoms. */
  readonly units: readonly number[];
  /** Sum of their scores. */
  readonly score: number;
}

/** A group on its way to fewer units. */
export class ShrinkingGroup {
  readonly group: Group;
  readonly #ranking: UnitRanking;
  readonly #total: number;
  readonly #layers: number;
  readonly #damage: DamageCurve | undefined;
  #cut: Cut;

  constructor({ group, scores, damage }: ScoredGroup) {
    this.group = group;
    this.#ranking = new UnitRanking(group, scores);
    this.#cut = { kept: group.units.length, units: [], score: 0 };
    this.#total = scores.reduce((sum, score) => sum + finite(score), 0);
    this.#layers = labelsOf(group).length;
    this.#damage = damage;
  }

  /** What is gone at present. */
  get cut(): Cut {
    return this.#cut;
  }

  get channels(): number {
    return this.group.units.length * this.group.channelsPerUnit;
  }

  /** What goes when `kept` units stay; more of them stay where the group does not allow so few. */
  cutTo(kept: number): Cut {
    const { units } = this.group;
    const { scores } = this.#ranking;
    const indices = this.#ranking.lowest(units.length - kept);
    const score = indices.reduce((sum, index) => sum + finite(scores[index]), 0);
    return {
      kept: units.length - indices.length,
      units: indices.flatMap((index) => units.slice(index, index + 1)),
      score,
    };
  }

  /**
   * What a cut takes from the model: as it was measured; otherwise each of the group's layers keeps a part of its score, the layers of a model work one
   * after the other, so the parts multiply, and this is the negative logarithm of that product. Half of a layer costs the
   * same in every layer, and the second half more than the first.
   */
  damage({ kept, score }: Cut): number {
    if (this.#damage !== undefined) return damageAt(this.#damage, kept);
    if (!(this.#total > 0)) return 0;
    return -this.#layers * Math.log(Math.max(1 - score / this.#total, Number.EPSILON));
  }

  settle(cut: Cut): void {
    this.#cut = cut;
  }
}

/** Units that went in an earlier round are no loss any more. */
function finite(score = 0): number {
  return score === GONE ? 0 : score;
}
