import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { UsageError } from '@onnx-compress/core';
import { chooseEnergySource } from '../src/energy/choose-source.js';
import { allowCounters } from '../src/energy/messages.js';
import { SYSTEM } from '../src/energy/surroundings.js';
import {
  counterFiles,
  fakeClock,
  powercapTree,
  reading,
  refusal,
  removeFolders,
  surroundings,
  temporaryFolder,
  usable,
} from './energy-fixtures.js';

afterAll(removeFolders);

const absent = { powercapRoot: '/nowhere/powercap' };

/** Root reads every file, so its rights are put down for a while; others only lose those of the file. */
async function asOrdinaryUser(folder: string, work: () => Promise<void>): Promise<void> {
  await chmod(folder, 0o755);
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  else await chmod(join(folder, 'intel-rapl:0', 'energy_uj'), 0);
  try {
    await work();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

describe('choice of a source of energy', () => {
  it('is none where none is wanted', async () => {
    expect(await chooseEnergySource({ source: 'none' })).toEqual({ source: undefined, probes: [] });
  });

  it('falls to the estimate and says why', async () => {
    const choice = await chooseEnergySource({ source: 'auto', ...absent }, surroundings(fakeClock()));
    expect(choice.source?.name).toBe('estimate');
    expect(choice.probes.map(({ source, usable: works }) => [source, works])).toEqual([
      ['rapl', false],
      ['nvidia', false],
      ['estimate', true],
    ]);
    expect(choice.probes[0]?.reason).toBe('no powercap tree at /nowhere/powercap');
  });

  it('takes the counters where they move and says what they cover', async () => {
    const tree = await powercapTree();
    const clock = fakeClock();
    await tree.zone('intel-rapl:0', counterFiles('package-0'));
    clock.onSleep = () => tree.set('intel-rapl:0', clock.now());
    const choice = await chooseEnergySource({ source: 'auto', powercapRoot: tree.root }, surroundings(clock));
    expect(choice.source).toMatchObject({ name: 'rapl', kind: 'measured', scope: 'package', resolutionMs: 50 });
    expect(choice.probes).toMatchObject([{ source: 'rapl', where: tree.root, usable: true, reason: '' }]);
  });

  it('does not ask the graphics device about a model that runs on the CPU', async () => {
    const { probes } = await chooseEnergySource({ source: 'auto', ...absent }, surroundings(fakeClock()));
    expect(probes[1]?.reason).toContain('the model runs on the CPU');
  });

  it('tells a virtual machine how its host can feed a tree', async () => {
    const cpuInfo = join(await temporaryFolder(), 'cpuinfo');
    await writeFile(cpuInfo, 'processor : 0\nflags\t\t: fpu avx2 hypervisor sse\n');
    const { probes } = await chooseEnergySource({ source: 'auto', ...absent }, surroundings(fakeClock(), { cpuInfo }));
    expect(probes[0]?.reason).toBe('no powercap tree at /nowhere/powercap');
    expect(probes[0]?.help).toMatch(/scaphandre qemu.*SCAPHANDRE_POWERCAP_PATH/);
  });

  it.each(['rapl', 'nvidia'] as const)('refuses %s by name with the reason where it does not work', async (source) => {
    const asking = chooseEnergySource(
      { source, ...absent },
      surroundings(fakeClock(), { environment: { PATH: '/nowhere' } }),
    );
    await expect(asking).rejects.toThrow(UsageError);
    await expect(asking).rejects.toThrow(source === 'rapl' ? 'no powercap tree at' : 'nvidia-smi is not on the PATH');
  });

  it('names the counter that cannot be read', async () => {
    const tree = await powercapTree();
    await tree.zone('intel-rapl:0', counterFiles('package-0'));
    await tree.zone('intel-rapl:1', { ...counterFiles('package-1'), energy_uj: undefined });
    const asking = chooseEnergySource({ source: 'rapl', powercapRoot: tree.root }, surroundings(fakeClock()));
    await expect(asking).rejects.toThrow(join(tree.root, 'intel-rapl:1', 'energy_uj'));
  });

  it('gives the command that opens a counter to its reader', async () => {
    const tree = await powercapTree();
    await tree.zone('intel-rapl:0', counterFiles('package-0'));
    const counter = join(tree.root, 'intel-rapl:0', 'energy_uj');
    await chmod(counter, 0o400);
    await asOrdinaryUser(tree.root, async () => {
      const { probes } = await chooseEnergySource(
        { source: 'auto', powercapRoot: tree.root },
        surroundings(fakeClock()),
      );
      expect(probes[0]?.where).toBe(counter);
      expect(probes[0]?.reason).toBe(`permission denied on ${counter}`);
      expect(probes[0]?.help).toBe(
        `Allow it until the next start with: sudo chmod a+r ${tree.root}/intel-rapl*:*/energy_uj`,
      );
    });
  });

  it('gives another command where the counters lie within each other', () => {
    expect(allowCounters('/powercap/intel-rapl/intel-rapl:0/energy_uj', '/powercap')).toMatch(
      /: sudo chmod -R a\+r \/powercap$/,
    );
  });

  it('gives every reason where the model runs on a device that cannot be asked', async () => {
    const nowhere = surroundings(fakeClock(), { environment: { PATH: '/nowhere' } });
    const { probes } = await chooseEnergySource({ source: 'auto', ...absent, onGpu: true }, nowhere);
    const reasons = probes.map(({ reason }) => reason);
    expect(reasons.slice(0, 2)).toEqual([
      expect.stringContaining('no powercap tree at'),
      expect.stringContaining('nvidia-smi is not on the PATH'),
    ]);
  });

  it.each([
    ['psys alone', 'psys', 'no package counter'],
    ['a counter that stands still', 'package-0', 'stands still'],
  ])('does not take a kernel tree with %s', async (_, name, reason) => {
    const tree = await powercapTree();
    await tree.zone('intel-rapl:0', counterFiles(name));
    const choice = await chooseEnergySource({ source: 'auto', powercapRoot: tree.root }, surroundings(fakeClock()));
    expect(choice.source?.name).toBe('estimate');
    expect(choice.probes[0]?.reason).toContain(reason);
  });

  it('does not take an empty tree, as a container shows it', async () => {
    const { root } = await powercapTree();
    const choice = await chooseEnergySource({ source: 'auto', powercapRoot: root }, surroundings(fakeClock()));
    expect(choice.probes[0]?.help).toContain('A container hides them');
  });

  it('works on the machine that it runs on, whatever it has', async () => {
    const choice = await chooseEnergySource({ source: 'auto' });
    const meter = await usable(choice.source).start();
    const result = await meter.stop(0.5);
    expect('refused' in result ? result.refused : result.joules).toBeTruthy();
  });

  it('follows counters with a timer that does not keep the process alive', () => {
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    const stop = SYSTEM.clock.every(1e6, async () => undefined);
    expect(timers()).toBe(before);
    stop();
  });
});

describe('estimate from CPU time', () => {
  const estimate = async (cpuSeconds: number, processor = {}) => {
    const clock = fakeClock();
    const { source } = await chooseEnergySource({ source: 'estimate', ...processor }, surroundings(clock));
    const meter = await usable(source).start();
    clock.pass(3);
    return meter.stop(cpuSeconds);
  };

  it('is 4 W of a busy thread, between 1.4 and 20', async () => {
    expect(reading(await estimate(2))).toEqual({ joules: 8, low: 2.8, high: 40, seconds: 3, domains: {} });
  });

  it('is narrowed to half and twice the share of a thread in the processor that the user names', async () => {
    const processor = { processorWatts: 64, processorThreads: 16 };
    expect(reading(await estimate(2, processor))).toMatchObject({ joules: 8, low: 4, high: 16 });
  });

  it.each([[{ processorWatts: 65 }], [{ processorThreads: 16 }], [{ processorWatts: 0, processorThreads: 16 }]])(
    'refuses %j',
    async (processor) => {
      await expect(estimate(1, processor)).rejects.toThrow(UsageError);
    },
  );

  it('is refused without CPU time', async () => {
    expect(refusal(await estimate(0))).toBe('no CPU time was counted');
  });
});
