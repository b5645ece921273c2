import type { Dyadic } from '../number/dyadic.js';

/** What is known of one operator: what it multiplies with, and whether float kernels give what integers give. */
export interface Certificate {
  /** Numerators and shifts: one for each channel, or one for each value that is read. */
  readonly multipliers: readonly Dyadic[];
  /** Bits of the largest numerator. */
  readonly multiplierBits: number;
  /** Largest size of the integers that are rescaled. */
  readonly bound: number;
  /** Bits of these integers with their sign. */
  readonly accumulatorBits: number;
  /** True where the kernel of onnxruntime gives the integers bit for bit, whatever it reads. */
  readonly exact: boolean;
  /** Integers, over all channels, that the kernel may round to the other neighbour; 0 where it is exact. */
  readonly offByOne: number;
}
