import type { CostState } from '../costs/cost-state.js';
import type { Rounding } from './channels-to-keep.js';
import { leastUnits, unitBlock } from './channels-to-keep.js';
import type { ScoredGroup } from './decision.js';
import { type Cut, ShrinkingGroup } from './shrinking-group.js';

/** Groups that shrink together, and what the model costs meanwhile. */
export class Shrinking {
  readonly groups: readonly ShrinkingGroup[];

  constructor(
    scored: readonly ScoredGroup[],
    readonly rounding: Rounding,
    private readonly costs?: CostState,
  ) {
    this.groups = scored.map((group) => new ShrinkingGroup(group));
  }

  /** Cuts a group to other units than at present. */
  settle(member: ShrinkingGroup, cut: Cut): void {
    this.#shift(member.cut.units, cut.units);
    member.settle(cut);
  }

  /** What `look` sees while a group is cut in another way. */
  trial<T>(member: ShrinkingGroup, cut: Cut, look: () => T): T {
    this.#shift(member.cut.units, cut.units);
    const seen = look();
    this.#shift(cut.units, member.cut.units);
    return seen;
  }

  /**
   * The next smaller cuts of a group, at most `count`; empty where it cannot get smaller.
   *
   * @param finest most channels in a block
   */
  smaller(member: ShrinkingGroup, count: number, finest?: number): readonly Cut[] {
    const { block, least } = this.#steps(member, finest);
    const cuts: Cut[] = [];
    for (let kept = below(member.cut.kept, block); kept >= least && cuts.length < count; kept -= block) {
      const cut = member.cutTo(kept);
      if (cut.kept >= (cuts.at(-1) ?? member.cut).kept) break;
      cuts.push(cut);
    }
    return cuts;
  }

  /** The next larger cuts of a group, at most `count`; empty where all its units stay. */
  larger(member: ShrinkingGroup, count: number, finest?: number): readonly Cut[] {
    const units = member.group.units.length;
    const { block } = this.#steps(member, finest);
    const cuts: Cut[] = [];
    for (let { kept } = member.cut; kept < units && cuts.length < count; ) {
      kept = Math.min(units, (Math.floor(kept / block) + 1) * block);
      cuts.push(member.cutTo(kept));
    }
    return cuts;
  }

  #steps({ group }: ShrinkingGroup, finest: number | undefined) {
    const layer = { units: group.units.length, channelsPerUnit: group.channelsPerUnit };
    const block = unitBlock(layer, this.rounding.round, finest);
    return { block, least: leastUnits(layer, block, this.rounding.minKeep) };
  }

  #shift(from: readonly number[], to: readonly number[]): void {
    if (this.costs === undefined) return;
    const [before, after] = [new Set(from), new Set(to)];
    this.costs.remove(to.filter((unit) => !before.has(unit)));
    this.costs.restore(from.filter((unit) => !after.has(unit)));
  }
}

/** The largest multiple of the block that is smaller. */
function below(count: number, block: number): number {
  return (Math.ceil(count / block) - 1) * block;
}
