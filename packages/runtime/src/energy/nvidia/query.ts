import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Surroundings } from '../surroundings.js';

/** Name of the program that comes with the driver. */
export const NVIDIA_SMI = 'nvidia-smi';

const ANSWER_MS = 10_000;

const FIELD = /^"([\w.]+)"/gm;

/** What to ask nvidia-smi for; names as its help lists them. */
export interface Query {
  readonly power: string;
  /** A counter of energy, which no sample can miss; undefined where nvidia-smi has none. */
  readonly energy: string | undefined;
}

/** Runs nvidia-smi to its end and returns what it prints. */
export async function askNvidiaSmi(args: readonly string[], { environment }: Surroundings): Promise<string> {
  const options = { env: { ...environment }, timeout: ANSWER_MS };
  return (await promisify(execFile)(NVIDIA_SMI, [...args], options)).stdout;
}

/**
 * Chooses fields from the text of `nvidia-smi --help-query-gpu`. `power.draw` is a mean over a second on recent devices,
 * so the instantaneous one goes first.
 *
 * @returns undefined where there is none for power
 */
export function chooseQuery(help: string): Query | undefined {
  const fields = new Set([...help.matchAll(FIELD)].map(([, name]) => name));
  const power = ['power.draw.instant', 'power.draw'].find((name) => fields.has(name));
  if (power === undefined) return undefined;
  return { power, energy: [...fields].find((name) => name?.includes('energy')) };
}

/** Arguments of a query; every value is printed with its unit. */
export function queryArguments({ power, energy }: Query): readonly string[] {
  const fields = [
    'timestamp',
    'index',
    power,
    'memory.used',
    'utilization.gpu',
    ...(energy === undefined ? [] : [energy]),
  ];
  return [`--query-gpu=${fields.join(',')}`, '--format=csv,noheader'];
}
