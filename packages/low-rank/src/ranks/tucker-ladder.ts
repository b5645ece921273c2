import type { Cost, TuckerSite } from '../sites/site.js';
import { type Choice, choicesOf, type Ladder } from './ladder.js';
import { type Round, rankStep } from './rank-grid.js';
import { breakEvenOf, savesEnough } from './savings.js';
import { lostParts, type Spectrum } from './spectrum.js';

/** The spectra of a convolution weight unfolded with one input channel, and with one output, in a row. */
export interface Unfoldings {
  readonly inputs: Spectrum;
  readonly outputs: Spectrum;
}

/** What is added to a cost, as a part of the dense one; parameters and multiply-accumulates count alike. */
function addedPart(from: Cost, to: Cost, dense: Cost): number {
  const macs = dense.macs === 0 ? 0 : (to.macs - from.macs) / dense.macs;
  return (to.parameters - from.parameters) / dense.parameters + macs;
}

/** An axis of the weight: its losses by rank, and the ranks that are on the grid. */
class Axis {
  readonly step: number;
  readonly #lost: Float64Array;

  constructor(spectrum: Spectrum, length: number, breakEven: number, round: Round) {
    this.step = Math.min(rankStep(Math.min(breakEven, length), round), length);
    this.#lost = lostParts(spectrum);
  }

  has(rank: number): boolean {
    return rank < this.#lost.length;
  }

  gain(from: number, to: number): number {
    return (this.#lost[from] ?? 0) - (this.#lost[to] ?? 0);
  }
}

/** From each pair of ranks to the next: one step on the axis that keeps the most energy for what it costs. */
function nextChoice(
  site: TuckerSite,
  current: Choice,
  axes: readonly Axis[],
  choiceAt: (ranks: readonly number[]) => Choice,
): Choice | undefined {
  let best: { readonly choice: Choice; readonly worth: number } | undefined;
  for (const [index, axis] of axes.entries()) {
    const from = current.ranks[index] ?? 0;
    const to = from + axis.step;
    if (!axis.has(to)) continue;
    const choice = choiceAt(current.ranks.with(index, to));
    if (!savesEnough(choice.cost, site.dense)) continue;
    const worth = axis.gain(from, to) / addedPart(current.cost, choice.cost, site.dense);
    if (best === undefined || worth > best.worth) best = { choice, worth };
  }
  return best?.choice;
}

/**
 * The pairs of ranks of a Tucker decomposition on a path from the smallest ones up: each step raises the rank that keeps
 * more energy for what it costs, as long as at least 10 % are saved.
 */
export function tuckerLadder(site: TuckerSite, { inputs, outputs }: Unfoldings, round: Round): Ladder {
  const breakEven = breakEvenOf(site);
  const spectra = [inputs, outputs];
  const axes = [
    new Axis(inputs, site.inputChannels, breakEven, round),
    new Axis(outputs, site.outputs, breakEven, round),
  ];
  const choiceAt = choicesOf(site, spectra);
  const choices: Choice[] = [];
  const first = choiceAt(axes.map(({ step }) => step));
  const starts = axes.every((axis) => axis.has(axis.step)) && savesEnough(first.cost, site.dense);
  let current = starts ? first : undefined;
  while (current !== undefined) {
    choices.push(current);
    current = nextChoice(site, current, axes, choiceAt);
  }
  return { site, spectra, dense: site.dense, breakEven, choices };
}
