import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EnergyReading, EnergyResult, EnergySource } from '../src/energy/contract.js';
import type { Clock, Surroundings } from '../src/energy/surroundings.js';

/** Time that passes only when a test says so. */
export interface FakeClock extends Clock {
  /** What happens in the world while the code under test sleeps. */
  onSleep: () => Promise<void>;
  /** Milliseconds between the looks that were asked for; undefined while there are none. */
  period: number | undefined;
  /** Lets time pass without a look. */
  pass(seconds: number): void;
  /** Lets one look happen. */
  look(): Promise<void>;
}

export function fakeClock(): FakeClock {
  let seconds = 0;
  let action: (() => Promise<void>) | undefined;
  const clock: FakeClock = {
    period: undefined,
    onSleep: async () => undefined,
    now: () => seconds,
    sleep: async (milliseconds) => {
      seconds += milliseconds / 1000;
      await clock.onSleep();
    },
    every: (milliseconds, next) => {
      clock.period = milliseconds;
      action = next;
      return () => {
        clock.period = undefined;
        action = undefined;
      };
    },
    pass: (elapsed) => {
      seconds += elapsed;
    },
    look: async () => action?.(),
  };
  return clock;
}

/** Counters in a folder, as the kernel or a host shows them. */
export interface PowercapTree {
  readonly root: string;
  /** Writes files of a counter; a value of undefined puts a folder there, which even root cannot read as a file. */
  zone(path: string, files: Readonly<Record<string, string | undefined>>): Promise<void>;
  /** Sets a counter to joules. */
  set(path: string, joules: number): Promise<void>;
}

const created: string[] = [];

/** Removes all folders that the tests made. */
export async function removeFolders(): Promise<void> {
  for (const folder of created.splice(0)) await rm(folder, { recursive: true, force: true });
}

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'onnx-compress-energy-'));
  created.push(folder);
  return folder;
}

export async function powercapTree(): Promise<PowercapTree> {
  const root = await temporaryFolder();
  const microjoules = (joules: number) => `${Math.round(joules * 1e6)}\n`;
  return {
    root,
    zone: async (path, files) => {
      await mkdir(join(root, path), { recursive: true });
      for (const [name, content] of Object.entries(files)) {
        if (content === undefined) await mkdir(join(root, path, name));
        else await writeFile(join(root, path, name), content);
      }
    },
    set: (path, joules) => writeFile(join(root, path, 'energy_uj'), microjoules(joules)),
  };
}

/** Files of a counter that wraps at 65 532.610987 J. */
export const counterFiles = (name: string, joules = 0): Readonly<Record<string, string>> => ({
  name: `${name}\n`,
  energy_uj: `${Math.round(joules * 1e6)}\n`,
  max_energy_range_uj: '65532610987\n',
});

/** A system with nothing but what the test gives it. */
export function surroundings(clock: Clock, rest: Partial<Surroundings> = {}): Surroundings {
  return { clock, environment: {}, cpuInfo: '/nowhere', ...rest };
}

/** An executable `nvidia-smi` in a folder of its own, and the environment that finds it. */
export async function fakeNvidiaSmi(script: string): Promise<Readonly<Record<string, string>>> {
  const folder = await temporaryFolder();
  const path = join(folder, 'nvidia-smi');
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return { PATH: `${folder}:/usr/bin:/bin` };
}

/** Fails unless the result is a reading. */
export function reading(result: EnergyResult): EnergyReading {
  if ('refused' in result) throw new Error(`refused: ${result.refused}`);
  return result;
}

/** Fails unless the result is a refusal. */
export function refusal(result: EnergyResult): string {
  if ('refused' in result) return result.refused;
  throw new Error(`read ${result.joules} J`);
}

/** Fails unless there is a source. */
export function usable(source: EnergySource | undefined): EnergySource {
  if (source === undefined) throw new Error('no source');
  return source;
}
