import type { GroupJudge, SeenConsumer } from './group-judge.js';

/** Adds up the contributions of the units to all layers that read them, each as parts of the energy of its output. */
export class SummedContributions {
  readonly products: Float64Array;

  constructor(readonly units: number) {
    this.products = new Float64Array(units * units);
  }

  see({ contributions, energy }: SeenConsumer): void {
    for (const [index, product] of contributions.entries()) {
      this.products[index] = (this.products[index] ?? 0) + product / energy;
    }
  }
}

/** A judge that needs nothing but the contributions. */
export function fromContributions(
  units: number,
  score: (products: Float64Array, units: number) => Float64Array | Promise<Float64Array>,
): GroupJudge {
  const summed = new SummedContributions(units);
  return { see: (consumer) => summed.see(consumer), scores: () => score(summed.products, units) };
}
