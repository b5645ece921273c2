import { codeOf } from '../cause.js';
import type { EnergyMeter, EnergySource } from '../contract.js';
import { type Finding, found, missing } from '../finding.js';
import { noDevice, noNvidiaSmi, noPowerField, noPowerOf, nvidiaSmiFailed } from '../messages.js';
import type { Surroundings } from '../surroundings.js';
import { integrate, LEAST_WINDOW_MS } from './integrate.js';
import { askNvidiaSmi, chooseQuery, NVIDIA_SMI, type Query, queryArguments } from './query.js';
import { parseSample } from './sample.js';
import { startSampler } from './sampler.js';

/** Looks for NVIDIA devices that measure their power. All devices that nvidia-smi lists count, also idle ones. */
export async function findNvidia(surroundings: Surroundings): Promise<Finding> {
  try {
    const query = chooseQuery(await askNvidiaSmi(['--help-query-gpu'], surroundings));
    if (query === undefined) return missing('nvidia', NVIDIA_SMI, noPowerField());
    const reason = whyUseless(await askNvidiaSmi(queryArguments(query), surroundings));
    return reason === undefined
      ? found(nvidiaSource(query, surroundings), `${NVIDIA_SMI} (${query.energy ?? query.power})`)
      : missing('nvidia', NVIDIA_SMI, reason);
  } catch (cause) {
    return missing('nvidia', NVIDIA_SMI, codeOf(cause) === 'ENOENT' ? noNvidiaSmi() : nvidiaSmiFailed(cause));
  }
}

function whyUseless(answer: string): string | undefined {
  const samples = answer
    .split('\n')
    .map(parseSample)
    .filter((sample) => sample !== undefined);
  if (samples.length === 0) return noDevice();
  const silent = samples.filter(({ watts }) => watts === undefined).map(({ device }) => device);
  return silent.length === 0 ? undefined : noPowerOf(silent);
}

function nvidiaSource(query: Query, surroundings: Surroundings): EnergySource {
  return {
    name: 'nvidia',
    kind: 'measured',
    scope: 'device',
    resolutionMs: LEAST_WINDOW_MS,
    start: () => startNvidiaMeter(query, surroundings),
  };
}

async function startNvidiaMeter(query: Query, surroundings: Surroundings): Promise<EnergyMeter> {
  const sampler = await startSampler(query, surroundings);
  const startedAt = surroundings.clock.now();
  return {
    stop: async () => {
      const seconds = surroundings.clock.now() - startedAt;
      const samples = await sampler.stop();
      return 'refused' in samples ? samples : integrate(samples, seconds);
    },
  };
}
