import { defineTechnique, yieldToEventLoop } from '@onnx-compress/core';
import { byGrams } from '../grams/by-grams.js';
import { eliminate } from '../grams/eliminate.js';
import { GroupElimination } from '../grams/group-elimination.js';
import type { GroupJudge, SeenConsumer } from '../grams/group-judge.js';
import { invertWithRidge } from '../grams/ridge.js';
import { SummedContributions } from '../grams/summed-contributions.js';
import { structuredPruning } from '../structured-pruning.js';
import type { Criterion } from './criterion.js';
import { structuredOptions } from './options.js';

/** Most columns of a layer that are eliminated one by one; the time grows with their third power. */
const MOST_COLUMNS = 2304;

/** Numbers that the matrices of one group may hold together: 256 MB. */
const ROOM = 2 ** 25;

/** Sees the layers of one group: exactly where there is time and room for it. */
class Surgeon implements GroupJudge {
  readonly #elimination: GroupElimination;
  readonly #coarse: SummedContributions;
  #room = ROOM;
  #anyCoarse = false;

  constructor(
    private readonly units: number,
    private readonly least: number,
    private readonly pause: () => Promise<void>,
  ) {
    this.#elimination = new GroupElimination(units);
    this.#coarse = new SummedContributions(units);
  }

  async see(consumer: SeenConsumer): Promise<void> {
    const { parts, unitOfColumn } = consumer;
    const room = parts.reduce((sum, part) => sum + GroupElimination.roomFor(part, unitOfColumn, this.units), 0);
    const fits = unitOfColumn.length <= MOST_COLUMNS && room <= this.#room;
    if (fits) {
      this.#room -= room;
      await this.#elimination.addColumns(consumer);
    } else {
      this.#anyCoarse = true;
      this.#coarse.see(consumer);
    }
  }

  async scores(): Promise<Float64Array> {
    const inverse = this.#anyCoarse
      ? await invertWithRidge(this.#coarse.products, this.units, this.units, this.pause)
      : undefined;
    if (inverse !== undefined) this.#elimination.addUnits(inverse);
    return eliminate(this.#elimination, this.least, this.pause);
  }
}

/** Order and costs of greedy elimination, down to a part of the units. */
export function eliminationCosts(minKeep: number): Criterion {
  return byGrams((units, { signal }) => {
    const least = Math.max(1, Math.ceil(units * minKeep - 1e-9));
    return new Surgeon(units, least, () => yieldToEventLoop(signal));
  });
}

/**
 * Optimal Brain Surgeon for whole channels: removes the channel whose loss costs the least after the weights of the others
 * have been adapted to it, and so on, one after the other. With H the Gram matrix of what a layer is fed with, and B the
 * columns of its weight matrix that read the channel, the cost is `tr(W_B ((H^-1)_BB)^-1 W_B^T)`, as a part of the energy
 * of the layer's output, summed over the layers that read it. Scores rise in the order of removal.
 *
 * @example obs.create(structuredOptions.parse({ ratio: 0.4 }), { include: [], skip: [] })
 */
export const obs = defineTechnique({
  family: 'prune',
  name: 'obs',
  summary: 'Removes channels one by one, each time the one that the others can best make up for',
  reference:
    'Hassibi and Stork, Second order derivatives for network pruning: Optimal Brain Surgeon, NIPS 1992; with layer-wise Hessians as in Frantar and Alistarh, Optimal Brain Compression, arXiv:2208.11580',
  positional: 'ratio',
  options: structuredOptions,
  needsCalibration: true,
  create: (options, nodes) => structuredPruning('obs', eliminationCosts(options.minKeep), options, nodes),
});
