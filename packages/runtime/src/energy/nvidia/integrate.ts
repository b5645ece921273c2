import type { DeviceUse, EnergyResult } from '../contract.js';
import { noPowerOf, samplesMissing, windowTooShort } from '../messages.js';
import type { Sample } from './sample.js';

/** Least window, in milliseconds: nvidia-smi needs many readings of a sensor that looks now and then. */
export const LEAST_WINDOW_MS = 5000;

/** Part of a window that the samples have to cover. */
const LEAST_COVERAGE = 0.8;

/** Error of the sensor's gain, and the part of the time that it does not see on some devices (arXiv:2312.02741). */
const GAIN_ERROR = 0.05;
const UNSEEN = 0.75;

/** Power of one device in watts, with its bounds. */
interface Power {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Energy of all devices over a window from what nvidia-smi said of them in it: the mean power between the first and the
 * last sample, by the trapezoid rule or from the energy counter, times the window. The bounds hold the gain error, and
 * for the three quarters of the time that the sensors of some devices do not see, the least and the most that they saw.
 */
export function integrate(samples: readonly Sample[], seconds: number): EnergyResult {
  if (seconds * 1000 < LEAST_WINDOW_MS) return { refused: windowTooShort(seconds, LEAST_WINDOW_MS) };
  const devices = byDevice(samples);
  const domains: Record<string, number> = {};
  const uses: DeviceUse[] = [];
  const total = { joules: 0, low: 0, high: 0 };
  for (const [name, own] of devices) {
    const covered = spanOf(own);
    if (covered < LEAST_COVERAGE * seconds) return { refused: samplesMissing(covered, seconds) };
    const power = powerOf(own);
    if (power === undefined) return { refused: noPowerOf([name]) };
    domains[name] = power.mean * seconds;
    uses.push(useOf(name, own));
    total.joules += power.mean * seconds;
    total.low += power.low * seconds;
    total.high += power.high * seconds;
  }
  if (uses.length === 0) return { refused: samplesMissing(0, seconds) };
  return { ...total, seconds, domains, devices: uses };
}

function byDevice(samples: readonly Sample[]): ReadonlyMap<string, readonly Sample[]> {
  const devices = new Map<string, Sample[]>();
  for (const sample of samples) {
    const own = devices.get(sample.device) ?? [];
    own.push(sample);
    devices.set(sample.device, own);
  }
  return devices;
}

const spanOf = (samples: readonly Sample[]) => (samples.at(-1)?.seconds ?? 0) - (samples[0]?.seconds ?? 0);

function powerOf(samples: readonly Sample[]): Power | undefined {
  const watts = known(samples, 'watts');
  if (watts.length < samples.length) return undefined;
  const mean = counterMean(samples) ?? trapezoidMean(samples);
  const least = UNSEEN * Math.min(mean, ...watts) + (1 - UNSEEN) * mean;
  const most = UNSEEN * Math.max(mean, ...watts) + (1 - UNSEEN) * mean;
  return { mean, low: least * (1 - GAIN_ERROR), high: most * (1 + GAIN_ERROR) };
}

function counterMean(samples: readonly Sample[]): number | undefined {
  const first = samples[0]?.joules;
  const last = samples.at(-1)?.joules;
  return first === undefined || last === undefined || last <= first ? undefined : (last - first) / spanOf(samples);
}

function trapezoidMean(samples: readonly Sample[]): number {
  let joules = 0;
  let before: Sample | undefined;
  for (const sample of samples) {
    if (before !== undefined) {
      joules += ((sample.watts ?? 0) + (before.watts ?? 0)) * 0.5 * (sample.seconds - before.seconds);
    }
    before = sample;
  }
  return joules / spanOf(samples);
}

function useOf(name: string, samples: readonly Sample[]): DeviceUse {
  const memoryBytes = mean(known(samples, 'memoryBytes'));
  const utilization = mean(known(samples, 'utilization'));
  return {
    name,
    ...(memoryBytes === undefined ? {} : { memoryBytes }),
    ...(utilization === undefined ? {} : { utilization }),
  };
}

const known = (samples: readonly Sample[], field: 'watts' | 'memoryBytes' | 'utilization') =>
  samples.map((sample) => sample[field]).filter((value) => value !== undefined);

const mean = (values: readonly number[]) =>
  values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
