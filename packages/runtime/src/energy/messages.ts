import { dirname } from 'node:path';
import { UsageError } from '@onnx-compress/core';
import { textOf } from './cause.js';
import type { EnergyProbe } from './contract.js';
import type { Counter } from './rapl/tree.js';

/** A source that was asked for by name and does not work. */
export function sourceUnusable({ source, reason, help }: EnergyProbe): UsageError {
  const otherwise = '--energy auto takes what there is, --energy none measures time only.';
  return new UsageError('ENERGY_SOURCE', `Energy cannot be measured with ${source}: ${reason}`, {
    hint: help === '' ? otherwise : `${help} ${otherwise}`,
  });
}

/** Only one of the watts of a processor and its threads. */
export function processorHalfKnown(): UsageError {
  return new UsageError(
    'ENERGY_PROCESSOR',
    'The watts of the processor and its number of threads are needed together',
    {
      hint: 'Give both, e.g. 65 W and 16 threads, or neither.',
    },
  );
}

/** Watts or threads of a processor that cannot be. */
export function processorNotPositive(): UsageError {
  return new UsageError('ENERGY_PROCESSOR', 'The watts of the processor and its number of threads must be above zero');
}

/** A country that the optional package has to be asked about, which is not installed. */
export function intensitiesNotInstalled(country: string, cause: unknown): UsageError {
  return new UsageError('GRID_DATA_MISSING', `The carbon intensity of "${country}" is not known without @tgwf/co2`, {
    hint: 'Install it with npm install @tgwf/co2, or give grams of CO2e per kWh as a number.',
    cause,
  });
}

/** A country that the package has no figure for. */
export function unknownCountry(country: string, similar: readonly string[]): UsageError {
  const near = similar.length === 0 ? '' : `Near it: ${similar.join(', ')}. `;
  return new UsageError('GRID_COUNTRY', `@tgwf/co2 has no carbon intensity for "${country}"`, {
    hint: `${near}Countries have three letters (FRA, DEU, USA), WORLD is the mean; or give grams of CO2e per kWh.`,
  });
}

/** Grams per kilowatt-hour below zero. */
export function negativeIntensity(value: string): UsageError {
  return new UsageError('GRID_INTENSITY', `A carbon intensity of ${value} g/kWh cannot be`, {
    hint: 'Give grams of CO2e per kWh, e.g. 44, or a country, e.g. FRA.',
  });
}

/** Why nvidia-smi is not asked when the machine's own choice is wanted. */
export const modelOnCpu = () => 'the model runs on the CPU, so the energy of a graphics device would not be its own';

/** No powercap tree. */
export const noPowercapTree = (root: string) => `no powercap tree at ${root}`;

/** What helps in a virtual machine, which has no counter of its own. */
export const hostCanFeed = () =>
  'The host of a virtual machine can feed one: scaphandre qemu there, the folder that it writes shared with this guest, ' +
  'and SCAPHANDRE_POWERCAP_PATH=<where it is mounted> here.';

/** A powercap tree without a counter of a package, as containers see it. */
export const noPackageCounter = (root: string) => `no package counter below ${root}`;

/** What helps in a container. */
export const containerHidesCounters = () =>
  'A container hides them: start it with -v /sys/devices/virtual/powercap:/powercap:ro ' +
  '-e SCAPHANDRE_POWERCAP_PATH=/powercap.';

/** A counter that only root may read, as it is since Linux 5.10 (CVE-2020-8694). */
export const noPermission = (file: string) => `permission denied on ${file}`;

/** What lets everybody read the counters. */
export function allowCounters(file: string, root: string): string {
  const sideBySide = dirname(dirname(file)) === root;
  const command = sideBySide ? `sudo chmod a+r ${root}/intel-rapl*:*/energy_uj` : `sudo chmod -R a+r ${root}`;
  return `Allow it until the next start with: ${command}`;
}

/** A counter that cannot be read for another reason. */
export const unreadablePackage = (file: string, cause: unknown) => `${file} cannot be read: ${textOf(cause)}`;

/** A counter of the processor itself that does not move. */
export const standsStillAtRest = (file: string) => `${file} stands still`;

/** Why a counter may stand still. */
export const fileWithoutCounter = () => 'Some hypervisors pass the file on, but not the counter.';

/** A counter that could be read before, but not now. */
export const counterUnreadable = (cause: unknown) => `a counter could not be read: ${textOf(cause)}`;

/** A counter that fell, with no telling where it starts again. */
export const counterWentBack = ({ name }: Counter) =>
  `the counter of ${name} went back and max_energy_range_uj does not tell where it starts again`;

/** A counter that may have wrapped more than once between two looks. */
export const counterUnseenWraps = ({ name }: Counter, seconds: number) =>
  `the counter of ${name} was not looked at for ${seconds.toFixed(1)} s and may have started again more than once`;

/** A counter that told nothing about the window. */
export const counterStandsStill = ({ name }: Counter) => `the counter of ${name} did not move`;

/** A counter whose steps are too long for the window. */
export const hostFedTooRarely = ({ name }: Counter) =>
  `the host wrote the counter of ${name} only once meanwhile; measure longer`;

/** A window that the source can tell nothing about. */
export const windowTooShort = (seconds: number, leastMs: number) =>
  `${(seconds * 1000).toFixed(0)} ms are too short: the source needs ${leastMs} ms`;

/** A stretch of work without any CPU time. */
export const noCpuTime = () => 'no CPU time was counted';

/** No nvidia-smi. */
export const noNvidiaSmi = () => 'nvidia-smi is not on the PATH; it comes with the NVIDIA driver';

/** An nvidia-smi that does not answer. */
export const nvidiaSmiFailed = (cause: unknown) => `nvidia-smi failed: ${textOf(cause)}`;

/** An nvidia-smi that knows no field for power. */
export const noPowerField = () => 'this nvidia-smi offers no power.draw';

/** A device that does not measure its power. */
export const noPowerOf = (devices: readonly string[]) => `no power is reported by ${devices.join(', ')}`;

/** An nvidia-smi without a single device. */
export const noDevice = () => 'nvidia-smi lists no device';

/** Samples for only a part of the window. */
export const samplesMissing = (covered: number, seconds: number) =>
  `nvidia-smi gave samples for only ${covered.toFixed(1)} of ${seconds.toFixed(1)} s`;
