import type { EnergyChoice, EnergyOptions, EnergySourceName } from './contract.js';
import { estimateFinding } from './estimate/estimate-source.js';
import type { Finding } from './finding.js';
import { missing } from './finding.js';
import { modelOnCpu, sourceUnusable } from './messages.js';
import { findNvidia } from './nvidia/nvidia-source.js';
import { findRapl } from './rapl/rapl-source.js';
import { type Surroundings, SYSTEM } from './surroundings.js';

type Search = (options: EnergyOptions, surroundings: Surroundings) => Promise<Finding>;

const SEARCHES: Readonly<Record<EnergySourceName, Search>> = {
  rapl: findRapl,
  nvidia: (_, surroundings) => findNvidia(surroundings),
  estimate: async (options, { clock }) => estimateFinding(options, clock),
};

/**
 * Looks for a source of energy figures. `auto` takes the processor's counters where they can be read, then the device
 * where the model runs on one, and else an estimate from CPU time, which always works.
 *
 * @param surroundings stands in for the system in tests
 * @throws UsageError where a measured source was named that does not work here, with the reason and what would help;
 *   where `processorWatts` or `processorThreads` is not a positive number or stands alone
 * @example
 * const { source, probes } = await chooseEnergySource({ source: 'auto' });
 * const meter = await source?.start();
 */
export async function chooseEnergySource(
  options: EnergyOptions,
  surroundings: Surroundings = SYSTEM,
): Promise<EnergyChoice> {
  if (options.source === 'none') return { source: undefined, probes: [] };
  if (options.source === 'auto') return firstThatWorks(options, surroundings);
  const { probe, source } = await SEARCHES[options.source](options, surroundings);
  if (source === undefined) throw sourceUnusable(probe);
  return { source, probes: [probe] };
}

async function firstThatWorks(options: EnergyOptions, surroundings: Surroundings): Promise<EnergyChoice> {
  const probes = [];
  for (const search of [SEARCHES.rapl, searchDevice, SEARCHES.estimate]) {
    const { probe, source } = await search(options, surroundings);
    probes.push(probe);
    if (source !== undefined) return { source, probes };
  }
  return { source: undefined, probes };
}

/** A device is no witness for a model that does not run on it. */
const searchDevice: Search = async (options, surroundings) =>
  options.onGpu === true ? findNvidia(surroundings) : missing('nvidia', 'nvidia-smi', modelOnCpu());
