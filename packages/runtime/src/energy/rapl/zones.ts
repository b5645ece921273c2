import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** One counter of a powercap tree. */
export interface Zone {
  /** Folder name: `intel-rapl:0` or `intel-rapl-mmio:0:1`. */
  readonly id: string;
  readonly folder: string;
  /** `package-0`, `psys`, or what the package contains: `core`, `uncore`, `dram`. */
  readonly name: string;
  /** Name of the package that it is a part of; undefined at the top. */
  readonly parent: string | undefined;
}

const CONTROL_TYPE = /^intel-rapl(?:-mmio)?$/;
const ZONE = /^intel-rapl(?:-mmio)?((?::\d+)+)$/;

/**
 * The counters below a root, whether it lists them side by side as sysfs does or one within the other as a tree lent to
 * a container does. What the processor tells twice, by model-specific register and by memory, comes in that order.
 *
 * @returns undefined where there is no such folder
 */
export async function findZones(root: string): Promise<readonly Zone[] | undefined> {
  if ((await folders(root)) === undefined) return undefined;
  const paths = new Map<string, string>();
  await collect(root, paths);
  const zones = new Map<string, Zone>();
  for (const id of [...paths.keys()].sort(byKindAndIndex)) {
    const folder = paths.get(id) ?? root;
    const ownName = await zoneName(id, folder);
    if (ownName === undefined) continue;
    const parent = zones.get(parentId(id))?.name;
    zones.set(id, { id, folder, parent, name: distinct(ownName, id, parent, [...zones.values()]) });
  }
  return [...zones.values()];
}

/** Two counters of one kind may bear one name, as the dies of a processor do; each of them counts. */
function distinct(name: string, id: string, parent: string | undefined, others: readonly Zone[]): string {
  const taken = others.some(
    (zone) => zone.name === name && zone.parent === parent && isMapped(zone.id) === isMapped(id),
  );
  return taken ? `${name}-${id.slice(id.lastIndexOf(':') + 1)}` : name;
}

async function collect(folder: string, paths: Map<string, string>): Promise<void> {
  for (const name of (await folders(folder)) ?? []) {
    const path = join(folder, name);
    if (CONTROL_TYPE.test(name)) await collect(path, paths);
    if (!ZONE.test(name) || paths.has(name)) continue;
    paths.set(name, path);
    await collect(path, paths);
  }
}

const folders = (path: string) => readdir(path).catch(() => undefined);

/** Whether a counter is read from memory instead of a register. */
const isMapped = (id: string) => id.startsWith('intel-rapl-mmio');

const byKindAndIndex = (one: string, other: string) =>
  Number(isMapped(one)) - Number(isMapped(other)) || one.localeCompare(other, 'en', { numeric: true });

const parentId = (id: string) => id.slice(0, id.lastIndexOf(':'));

/** A tree that a host feeds has no names; there the top counters are the packages. */
async function zoneName(id: string, folder: string): Promise<string | undefined> {
  const name = await readFile(join(folder, 'name'), 'utf8').catch(() => undefined);
  if (name !== undefined) return name.trim();
  const [, indices = ''] = ZONE.exec(id) ?? [];
  return indices.lastIndexOf(':') === 0 ? `package-${indices.slice(1)}` : undefined;
}
