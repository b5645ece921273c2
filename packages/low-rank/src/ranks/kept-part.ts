import { type Amount, type Option, optionsOf } from './convex-hull.js';
import type { Choices, Ladder } from './ladder.js';
import { denseAmount, edgesOf } from './threshold.js';

/** Takes the noise of decimal fractions out of a target. */
const NOISE = 1e-9;

/** The part that choices leave of what is counted, over the layers that have a choice; 1 where there is nothing. */
export function partLeft(ladders: readonly Ladder[], choices: Choices, amount: Amount): number {
  const dense = denseAmount(ladders, amount);
  const freed = ladders.reduce((sum, ladder, index) => {
    const choice = choices[index];
    return choice === undefined ? sum : sum + ladder.dense[amount] - choice.cost[amount];
  }, 0);
  return dense === 0 ? 1 : 1 - freed / dense;
}

/** The options that layers are at, and what they cost together. */
class Selection {
  cost: number;
  readonly #options: readonly (readonly Option[])[];
  readonly #positions: number[];
  readonly #positionOf: readonly ReadonlyMap<Option['choice'], number>[];

  constructor(ladders: readonly Ladder[], amount: Amount) {
    this.#options = ladders.map((ladder) => optionsOf(ladder, amount));
    this.#positions = ladders.map(() => 0);
    this.#positionOf = this.#options.map((options) => new Map(options.map(({ choice }, index) => [choice, index])));
    this.cost = denseAmount(ladders, amount);
  }

  get choices(): Choices {
    return this.#options.map((options, ladder) => options[this.#positions[ladder] ?? 0]?.choice);
  }

  take(ladder: number, option: Option): void {
    const before = this.#options[ladder]?.[this.#positions[ladder] ?? 0];
    this.cost += option.cost - (before?.cost ?? 0);
    this.#positions[ladder] = this.#positionOf[ladder]?.get(option.choice) ?? 0;
  }

  /** The raise by one option that undoes most damage for what it adds, of those that stay below a cost. */
  bestRaise(below: number): { readonly ladder: number; readonly to: Option; readonly added: number } | undefined {
    let best: { readonly ladder: number; readonly to: Option; readonly added: number; worth: number } | undefined;
    for (const [ladder, options] of this.#options.entries()) {
      const position = this.#positions[ladder] ?? 0;
      const [to, from] = [options[position - 1], options[position]];
      if (to === undefined || from === undefined) continue;
      const added = to.cost - from.cost;
      const worth = (from.damage - to.damage) / added;
      if (this.cost + added < below && worth > (best?.worth ?? 0)) best = { ladder, to, added, worth };
    }
    return best;
  }
}

/**
 * The choices that leave at most a part of what is counted, over the layers that have a choice: one threshold of damage
 * for each part freed, and with what the last step frees beyond the target, ranks are raised where that undoes most
 * damage. A larger target never does more damage. Where the target cannot be met, all layers are at their cheapest.
 *
 * @param part above 0, below 1
 */
export function keptPart(ladders: readonly Ladder[], amount: Amount, part: number): Choices {
  const selection = new Selection(ladders, amount);
  const target = selection.cost * (part + NOISE);
  let before = Number.POSITIVE_INFINITY;
  for (const { ladder, to } of edgesOf(ladders, amount)) {
    if (selection.cost <= target) break;
    before = selection.cost;
    selection.take(ladder, to);
  }
  if (selection.cost > target) return selection.choices;
  for (;;) {
    const raise = selection.bestRaise(before);
    if (raise === undefined || selection.cost + raise.added > target) return selection.choices;
    selection.take(raise.ladder, raise.to);
  }
}

/** The smallest part that can be left of what is counted: all layers at their cheapest. */
export function leastPart(ladders: readonly Ladder[], amount: Amount): number {
  const cheapest = ladders.map(({ choices: [first] }) => first);
  return partLeft(ladders, cheapest, amount);
}
