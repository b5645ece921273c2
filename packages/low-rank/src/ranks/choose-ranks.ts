import type { Diagnostic } from '@onnx-compress/core';
import { partNotReached } from '../messages.js';
import { fixedRank } from './fixed-rank.js';
import { keptEnergy } from './kept-energy.js';
import { keptPart, leastPart } from './kept-part.js';
import type { Choices, Ladder } from './ladder.js';
import type { LadderRule } from './rank-rule.js';

/** What a rule chooses, and what a person should know about it. */
export interface ChosenRanks {
  readonly choices: Choices;
  readonly warnings: readonly Diagnostic[];
}

function warningsOf(ladders: readonly Ladder[], rule: LadderRule): readonly Diagnostic[] {
  if (rule.kind !== 'part' || ladders.every(({ choices }) => choices.length === 0)) return [];
  const least = leastPart(ladders, rule.amount);
  return least > rule.part + 1e-9 ? [partNotReached(rule.amount, rule.part, least)] : [];
}

function choicesBy(ladders: readonly Ladder[], rule: LadderRule): Choices {
  switch (rule.kind) {
    case 'rank':
      return fixedRank(ladders, rule.rank);
    case 'energy':
      return keptEnergy(ladders, rule.energy);
    case 'part':
      return keptPart(ladders, rule.amount, rule.part);
  }
}

/** The choice of each layer by a rule, in the order of the ladders. */
export function chooseRanks(ladders: readonly Ladder[], rule: LadderRule): ChosenRanks {
  return { choices: choicesBy(ladders, rule), warnings: warningsOf(ladders, rule) };
}
