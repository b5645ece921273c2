import { readJoules, readRange } from './counter-file.js';
import { findZones, type Zone } from './zones.js';

/** A counter that can be read. */
export interface Counter extends Zone {
  /** Joules at which it starts again from zero; undefined where the tree does not tell. */
  readonly range: number | undefined;
}

/** A counter that cannot be read. */
export interface Unreadable {
  readonly zone: Zone;
  readonly cause: unknown;
}

/** The counters of a powercap tree that energy is read from. */
export interface Tree {
  /** The top counters, whose sum is the energy. */
  readonly packages: readonly Counter[];
  /** What lies within packages: never added to them. */
  readonly parts: readonly Counter[];
  /** Packages that cannot be read in any way; with one of them the sum would lack a part. */
  readonly unreadable: readonly Unreadable[];
}

/**
 * Opens a powercap tree. A counter that appears twice, by register and by memory, is taken once, from the first that can
 * be read. `psys`, which contains the packages, is left out.
 *
 * @returns undefined where there is no folder at the root
 */
export async function openTree(root: string): Promise<Tree | undefined> {
  const zones = await findZones(root);
  if (zones === undefined) return undefined;
  const readable = new Map<string, Counter>();
  const unreadable = new Map<string, Unreadable>();
  for (const zone of zones.filter(counts)) {
    const key = `${zone.parent ?? ''}/${zone.name}`;
    if (readable.has(key)) continue;
    const failure = await tryToRead(zone);
    if (failure === undefined) readable.set(key, { ...zone, range: await readRange(zone) });
    else if (zone.parent === undefined) unreadable.set(key, failure);
  }
  for (const key of readable.keys()) unreadable.delete(key);
  const counters = [...readable.values()];
  return {
    packages: counters.filter(({ parent }) => parent === undefined),
    parts: counters.filter(({ parent }) => parent !== undefined),
    unreadable: [...unreadable.values()],
  };
}

const PARTS = new Set(['core', 'uncore', 'dram']);

const counts = ({ name, parent }: Zone) =>
  parent === undefined ? name.startsWith('package-') : parent.startsWith('package-') && PARTS.has(name);

async function tryToRead(zone: Zone): Promise<Unreadable | undefined> {
  try {
    await readJoules(zone);
    return undefined;
  } catch (cause) {
    return { zone, cause };
  }
}
