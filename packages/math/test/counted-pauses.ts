import { jest } from '@jest/globals';
import type { Pause } from '../src/linear-algebra/pacing.js';

/**
 * How often work pauses on a machine so slow that every look at the clock finds the next pause due.
 *
 * @param perLook milliseconds that pass from one look at the clock to the next
 */
export async function pausesOf(work: (pause: Pause) => Promise<unknown>, perLook = 1000): Promise<number> {
  let [now, count] = [0, 0];
  const clock = jest.spyOn(Date, 'now').mockImplementation(() => (now += perLook));
  try {
    await work(async () => {
      count++;
    });
  } finally {
    clock.mockRestore();
  }
  return count;
}
