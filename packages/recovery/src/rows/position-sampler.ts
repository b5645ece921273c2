import type { Feeds, Random, Taps } from '@onnx-compress/core';
import { int64Tensor } from '@onnx-compress/graph';
import { toIntegers } from './integers.js';

/** Random numbers are whole numbers below this one. */
const STEPS = 2 ** 16;

/** Positions as the model computes them: how many there are in all, and the indices of those sampled. */
export interface SampledPositions {
  /** Name of the number of positions, [1]. */
  readonly size: string;
  /** Name of the indices, [count]; where there are fewer than `count` positions, the first indices are all of them. */
  readonly indices: string;
}

/**
 * Chooses positions in the model itself, whose values may have another size in each sample: the positions are divided
 * into as many equal blocks as are wanted, and each block gives one. The random numbers come in through an additional
 * graph input and depend on nothing but their stream, so that equal numbers of positions are the same ones everywhere.
 */
export class PositionSampler {
  readonly #taps: Taps;
  readonly #input: string;
  readonly #blocks = new Map<number, string>();

  constructor(taps: Taps) {
    this.#taps = taps;
    this.#input = taps.input('int64', ['positions']);
  }

  /**
   * Adds the nodes that choose positions. In whole numbers, with s positions of which n = min(count, s) are taken and
   * random numbers r, block j gives position `(j + r / STEPS) * s / n`.
   *
   * @param size name of the number of positions, [1]
   */
  choose(size: string, count: number): SampledPositions {
    const taps = this.#taps;
    const smaller = taps.op('Min', [taps.float(size), taps.float(taps.integers([count]))]);
    const taken = toIntegers(taps, smaller);
    const scaled = taps.op('Mul', [this.#startsOf(count), size]);
    const places = taps.op('Div', [scaled, taps.op('Mul', [taken, taps.integers([STEPS])])]);
    return { size, indices: this.#within(places, size) };
  }

  /** The samples with the random numbers that the chosen positions ask for. */
  async *feed(samples: AsyncIterable<Feeds>, random: (stream: string) => Random): AsyncGenerator<Feeds> {
    const most = Math.max(0, ...this.#blocks.keys());
    let sample = 0;
    for await (const feeds of samples) {
      const stream = random(`positions/${sample++}`);
      const numbers = Array.from({ length: most }, () => stream.integer(STEPS));
      yield new Map([...feeds, [this.#input, int64Tensor([most], numbers)]]);
    }
  }

  /** `j * STEPS + r` for each block j. */
  #startsOf(count: number): string {
    const known = this.#blocks.get(count);
    if (known !== undefined) return known;
    const blocks = Array.from({ length: count }, (_, block) => block);
    const own = this.#taps.op('Gather', [this.#input, this.#taps.integers(blocks)]);
    const starts = this.#taps.op('Add', [own, this.#taps.integers(blocks.map((block) => block * STEPS))]);
    this.#blocks.set(count, starts);
    return starts;
  }

  /** The remainders, for the blocks that there are too many of. */
  #within(places: string, size: string): string {
    const taps = this.#taps;
    return taps.op('Sub', [places, taps.op('Mul', [taps.op('Div', [places, size]), size])]);
  }
}
