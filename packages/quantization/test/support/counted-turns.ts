import { jest } from '@jest/globals';

/**
 * How often work gives the event loop its turn on a machine so slow that every look at the clock finds a turn due.
 *
 * @param onTurn hears of every turn, counted from 1
 */
export async function turnsOf(
  work: () => Promise<unknown>,
  onTurn: (turn: number) => void = () => {},
): Promise<number> {
  let [now, turns] = [0, 0];
  const { setImmediate: later } = globalThis;
  const clock = jest.spyOn(Date, 'now').mockImplementation(() => (now += 1000));
  const turn = jest.spyOn(globalThis, 'setImmediate').mockImplementation((callback) => {
    onTurn(++turns);
    return later(callback);
  });
  try {
    await work();
  } finally {
    turn.mockRestore();
    clock.mockRestore();
  }
  return turns;
}
