import { lengthMismatch } from '../messages.js';

/** Channels in the order in which they go, and the error after each. */
export interface GreedyOrder {
  readonly order: Int32Array;
  /** 1_T^T M 1_T for the first k + 1 channels T of the order. */
  readonly errors: Float64Array;
}

/**
 * The order in which channels can go when each time that one goes which leaves the least error, without any repair.
 * The error of a set T of channels that have gone is 1_T^T M 1_T, the squared sum of their contributions. Takes
 * count x size steps. Of equals the first goes first; channels whose error is not a number go last.
 *
 * Source: Luo, Wu and Lin, ThiNet, arXiv:1707.06342, section 3.2.
 *
 * @param contributions symmetric matrix M, row-major, size x size: element (i, j) is the sum over all rows of the
 *   contribution of channel i times that of channel j
 * @param count how many channels go
 * @throws RangeError when `contributions` does not hold size x size elements
 */
export function greedyOrder(contributions: Float64Array, size: number, count = size): GreedyOrder {
  if (contributions.length !== size * size) {
    throw lengthMismatch('contributions', contributions.length, size * size);
  }
  const order = new Int32Array(Math.min(count, size));
  const errors = new Float64Array(order.length);
  const increases = Float64Array.from({ length: size }, (_, channel) => contributions[channel * (size + 1)]);
  const gone = new Uint8Array(size);
  let error = 0;
  for (let step = 0; step < order.length; step++) {
    const next = smallest(increases, gone);
    error += increases[next];
    order[step] = next;
    errors[step] = error;
    gone[next] = 1;
    for (let channel = 0; channel < size; channel++) {
      increases[channel] += 2 * contributions[next * size + channel];
    }
  }
  return { order, errors };
}

/** The last channel left whose value is the smallest, so that of equal ones the first stays; NaN counts as the largest. */
function smallest(values: Float64Array, gone: Uint8Array): number {
  let best = -1;
  for (const [channel, value] of values.entries()) {
    if (gone[channel] === 1) continue;
    if (best < 0 || value <= values[best] || (Number.isNaN(values[best]) && !Number.isNaN(value))) best = channel;
  }
  return best;
}
