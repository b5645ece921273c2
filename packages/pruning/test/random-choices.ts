import { present } from '@onnx-compress/graph';
import type { Net } from './net.js';

/** One random decision after another: numbers of which each picks among the choices at hand. */
export class Choices {
  #next = 0;

  constructor(private readonly numbers: readonly number[]) {}

  get left(): number {
    return this.numbers.length - this.#next;
  }

  among<T>(options: readonly T[]): T {
    const number = this.numbers[this.#next++] ?? 0;
    return present(options[number % options.length], 'choice');
  }
}

/** Takes one activation [2, channels, 6, 6] and makes others of this form; `others` are those made before. */
export type Step = (net: Net, value: string, choices: Choices, others: readonly string[]) => readonly string[];

/** All numbers that divide this one. */
export const divisors = (channels: number) =>
  [...Array(channels).keys()].map((index) => index + 1).filter((divisor) => channels % divisor === 0);

/** Activations above this many channels grow no further. */
export const MOST_CHANNELS = 40;
