import { readFile } from 'node:fs/promises';
import { codeOf } from '../cause.js';
import type { EnergyOptions, EnergySource } from '../contract.js';
import { type Finding, found, missing } from '../finding.js';
import {
  allowCounters,
  containerHidesCounters,
  fileWithoutCounter,
  hostCanFeed,
  noPackageCounter,
  noPermission,
  noPowercapTree,
  standsStillAtRest,
  unreadablePackage,
} from '../messages.js';
import type { Clock, Surroundings } from '../surroundings.js';
import { energyFile, readJoules } from './counter-file.js';
import { startRaplMeter } from './rapl-meter.js';
import type { Pace } from './reading.js';
import { openTree, type Tree, type Unreadable } from './tree.js';

const DEFAULT_ROOT = '/sys/class/powercap';

/** A window of 50 ms keeps the error of a counter that is updated every millisecond below 5 %. */
const PROCESSOR_PACE: Pace = { fedByHost: false, resolutionMs: 50 };

/** A host writes the counters of its guests every five seconds (scaphandre, qemu exporter). */
const HOST_PACE: Pace = { fedByHost: true, resolutionMs: 10_000 };

/** Looks for counters of the processor package, which Intel's and AMD's processors show in the same tree. */
export async function findRapl({ powercapRoot }: EnergyOptions, surroundings: Surroundings): Promise<Finding> {
  const root = powercapRoot ?? (surroundings.environment.SCAPHANDRE_POWERCAP_PATH || DEFAULT_ROOT);
  const tree = await openTree(root);
  if (tree === undefined) {
    const help = (await isVirtual(surroundings.cpuInfo)) ? hostCanFeed() : '';
    return missing('rapl', root, noPowercapTree(root), help);
  }
  const [unreadable] = tree.unreadable;
  if (unreadable !== undefined) return missingCounter(unreadable, root);
  const [first] = tree.packages;
  if (first === undefined) return missing('rapl', root, noPackageCounter(root), containerHidesCounters());
  const pace = await paceOf(tree, surroundings.clock);
  if (pace === undefined) {
    return missing('rapl', energyFile(first), standsStillAtRest(energyFile(first)), fileWithoutCounter());
  }
  return found(raplSource(tree, pace, surroundings.clock), root);
}

function raplSource(tree: Tree, pace: Pace, clock: Clock): EnergySource {
  return {
    name: 'rapl',
    kind: 'measured',
    scope: 'package',
    resolutionMs: pace.resolutionMs,
    start: () => startRaplMeter(tree, pace, clock),
  };
}

const LOOK_MS = 20;

/**
 * A processor's counters change within any 20 ms. Those that do not are fed by a host, which writes no range beside
 * them, or they are dead.
 */
async function paceOf({ packages }: Tree, clock: Clock): Promise<Pace | undefined> {
  const looks: number[][] = [];
  for (const wait of [0, LOOK_MS, LOOK_MS]) {
    if (wait > 0) await clock.sleep(wait);
    looks.push(await Promise.all(packages.map((counter) => readJoules(counter).catch(() => Number.NaN))));
  }
  const [before = [], between = [], after = []] = looks;
  const fast = packages.map((_, index) => before[index] !== between[index] && between[index] !== after[index]);
  if (fast.every(Boolean)) return PROCESSOR_PACE;
  return packages.every(({ range }) => range === undefined) ? HOST_PACE : undefined;
}

function missingCounter({ zone, cause }: Unreadable, root: string): Finding {
  const file = energyFile(zone);
  const denied = ['EACCES', 'EPERM'].includes(codeOf(cause) ?? '');
  return denied
    ? missing('rapl', file, noPermission(file), allowCounters(file, root))
    : missing('rapl', file, unreadablePackage(file, cause));
}

const isVirtual = async (cpuInfo: string) =>
  /^flags\s*:.*\bhypervisor\b/m.test(await readFile(cpuInfo, 'utf8').catch(() => ''));
