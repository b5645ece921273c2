import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../surroundings.js';
import type { Zone } from './zones.js';

const MICRO = 1e-6;

/** File of a counter's value. */
export const energyFile = ({ folder }: Zone) => join(folder, 'energy_uj');

/**
 * A counter's value in joules.
 *
 * @throws where the file cannot be read or holds no number
 */
export async function readJoules(zone: Zone): Promise<number> {
  const text = (await readFile(energyFile(zone), 'utf8')).trim();
  if (!/^\d+$/.test(text)) throw new TypeError(`"${text.slice(0, 20)}" is not a counter value`);
  return Number(text) * MICRO;
}

const ATTEMPTS = 3;

const PAUSE_MS = 10;

/** Like `readJoules`, but tries again: a host that feeds the file may be writing it just now. */
export async function readJoulesPatiently(zone: Zone, clock: Clock): Promise<number> {
  for (let attempt = 1; attempt < ATTEMPTS; attempt += 1) {
    const joules = await readJoules(zone).catch(() => undefined);
    if (joules !== undefined) return joules;
    await clock.sleep(PAUSE_MS);
  }
  return readJoules(zone);
}

/** Joules at which a counter starts again from zero; undefined where its tree does not tell. */
export async function readRange({ folder }: Zone): Promise<number | undefined> {
  const text = await readFile(join(folder, 'max_energy_range_uj'), 'utf8').catch(() => '');
  const range = /^\d+$/.test(text.trim()) ? Number(text) * MICRO : 0;
  return range > 0 ? range : undefined;
}
