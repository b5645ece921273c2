import { afterAll, describe, expect, it } from '@jest/globals';
import { chooseEnergySource } from '../src/energy/choose-source.js';
import type { EnergyMeter, EnergySource } from '../src/energy/contract.js';
import {
  counterFiles,
  type FakeClock,
  fakeClock,
  type PowercapTree,
  powercapTree,
  reading,
  refusal,
  removeFolders,
  surroundings,
  usable,
} from './energy-fixtures.js';

afterAll(removeFolders);

/** A source over a tree, all of whose named counters move while it looks how fast they are. */
async function sourceOver(tree: PowercapTree, clock: FakeClock, moving: readonly string[]): Promise<EnergySource> {
  let joules = 0;
  clock.onSleep = async () => {
    joules += 0.1;
    for (const path of moving) await tree.set(path, joules);
  };
  const { source } = await chooseEnergySource({ source: 'rapl', powercapRoot: tree.root }, surroundings(clock));
  return usable(source);
}

interface Started {
  readonly tree: PowercapTree;
  readonly clock: FakeClock;
  readonly meter: EnergyMeter;
}

/** A meter over packages that all stand at the same joules when it starts. */
async function meterOver(zones: Readonly<Record<string, string>>, startJoules = 1000): Promise<Started> {
  const tree = await powercapTree();
  const clock = fakeClock();
  for (const [path, name] of Object.entries(zones)) await tree.zone(path, counterFiles(name));
  const source = await sourceOver(tree, clock, Object.keys(zones));
  for (const path of Object.keys(zones)) await tree.set(path, startJoules);
  return { tree, clock, meter: await source.start() };
}

describe('energy from the processor counters', () => {
  it('is the difference of the package counter, with two counter steps and 2 ms of its power as bounds', async () => {
    const { tree, clock, meter } = await meterOver({ 'intel-rapl:0': 'package-0' });
    clock.pass(2);
    await tree.set('intel-rapl:0', 1050);
    const { joules, low, high, seconds, domains } = reading(await meter.stop(0));
    const bound = 2 * 2 ** -14 + 0.002 * 25;
    expect(joules).toBeCloseTo(50, 6);
    expect(high - joules).toBeCloseTo(bound, 6);
    expect(joules - low).toBeCloseTo(bound, 6);
    expect(seconds).toBe(2);
    expect(domains).toEqual({ 'package-0': expect.closeTo(50, 6) });
  });

  it('adds packages, but neither psys around them nor the parts within them', async () => {
    const { tree, clock, meter } = await meterOver({
      'intel-rapl:0': 'package-0',
      'intel-rapl:0:0': 'core',
      'intel-rapl:0:1': 'dram',
      'intel-rapl:1': 'package-1',
      'intel-rapl:1:0': 'core',
      'intel-rapl:1:1': 'dram',
      'intel-rapl:2': 'psys',
    });
    clock.pass(1);
    const after = { 'intel-rapl:0': 30, 'intel-rapl:0:0': 20, 'intel-rapl:0:1': 3, 'intel-rapl:1': 10 };
    for (const [path, joules] of Object.entries({
      ...after,
      'intel-rapl:1:0': 5,
      'intel-rapl:1:1': 2,
      'intel-rapl:2': 90,
    })) {
      await tree.set(path, 1000 + joules);
    }
    const { joules, domains } = reading(await meter.stop(0));
    expect(joules).toBeCloseTo(40, 6);
    expect(domains).toEqual({
      'package-0': expect.closeTo(30, 6),
      'package-1': expect.closeTo(10, 6),
      core: expect.closeTo(25, 6),
      dram: expect.closeTo(5, 6),
    });
  });

  it('adds packages that bear one name', async () => {
    const { tree, clock, meter } = await meterOver({ 'intel-rapl:0': 'package-0', 'intel-rapl:1': 'package-0' });
    clock.pass(1);
    await tree.set('intel-rapl:0', 1010);
    await tree.set('intel-rapl:1', 1020);
    expect(reading(await meter.stop(0)).domains).toEqual({
      'package-0': expect.closeTo(10, 6),
      'package-0-1': expect.closeTo(20, 6),
    });
  });

  it('counts a package once that is shown by register and by memory', async () => {
    const { tree, clock, meter } = await meterOver({
      'intel-rapl:0': 'package-0',
      'intel-rapl:0:0': 'dram',
      'intel-rapl-mmio:0': 'package-0',
      'intel-rapl-mmio:0:0': 'dram',
    });
    clock.pass(1);
    await tree.set('intel-rapl:0', 1010);
    await tree.set('intel-rapl:0:0', 1001);
    await tree.set('intel-rapl-mmio:0', 1500);
    await tree.set('intel-rapl-mmio:0:0', 1500);
    const { joules, domains } = reading(await meter.stop(0));
    expect(joules).toBeCloseTo(10, 6);
    expect(domains.dram).toBeCloseTo(1, 6);
  });

  it('finds counters in a tree whose folders lie within each other', async () => {
    const inner = 'intel-rapl/intel-rapl:0/intel-rapl:0:0';
    const { tree, clock, meter } = await meterOver({ 'intel-rapl/intel-rapl:0': 'package-0', [inner]: 'dram' });
    clock.pass(1);
    await tree.set('intel-rapl/intel-rapl:0', 1007);
    await tree.set(inner, 1002);
    const { joules, domains } = reading(await meter.stop(0));
    expect(joules).toBeCloseTo(7, 6);
    expect(domains.dram).toBeCloseTo(2, 6);
  });

  it('takes the counter in memory where the one by register cannot be read', async () => {
    const tree = await powercapTree();
    const clock = fakeClock();
    await tree.zone('intel-rapl:0', { name: 'package-0', energy_uj: undefined });
    await tree.zone('intel-rapl-mmio:0', counterFiles('package-0'));
    const source = await sourceOver(tree, clock, ['intel-rapl-mmio:0']);
    await tree.set('intel-rapl-mmio:0', 5);
    const meter = await source.start();
    clock.pass(1);
    await tree.set('intel-rapl-mmio:0', 9);
    expect(reading(await meter.stop(0)).joules).toBeCloseTo(4, 6);
  });

  it('leaves a part out that does not move, and keeps the rest', async () => {
    const { tree, clock, meter } = await meterOver({ 'intel-rapl:0': 'package-0', 'intel-rapl:0:0': 'uncore' });
    clock.pass(1);
    await tree.set('intel-rapl:0', 1003);
    expect(reading(await meter.stop(0)).domains).toEqual({ 'package-0': expect.closeTo(3, 6) });
  });
});

describe('counters that start again from zero', () => {
  const RANGE = 65_532.610987;

  it('are followed through one wrap', async () => {
    const { tree, clock, meter } = await meterOver({ 'intel-rapl:0': 'package-0' }, RANGE - 10);
    clock.pass(1);
    await tree.set('intel-rapl:0', 20);
    expect(reading(await meter.stop(0)).joules).toBeCloseTo(30, 5);
  });

  it('are followed through several wraps by looks in between', async () => {
    const { tree, clock, meter } = await meterOver({ 'intel-rapl:0': 'package-0' }, 0);
    expect(clock.period).toBeLessThan((RANGE / 1000 / 2) * 1000);
    for (const joules of [40_000, 10_000, 50_000, 20_000]) {
      clock.pass(60);
      await tree.set('intel-rapl:0', joules);
      await clock.look();
    }
    expect(reading(await meter.stop(0)).joules).toBeCloseTo(20_000 + 2 * RANGE, 3);
    expect(clock.period).toBeUndefined();
  });

  it('are refused where nobody looked for so long that a wrap may have passed unseen', async () => {
    const { tree, clock, meter } = await meterOver({ 'intel-rapl:0': 'package-0' });
    clock.pass(70);
    await tree.set('intel-rapl:0', 2000);
    expect(refusal(await meter.stop(0))).toContain('may have started again more than once');
  });

  it.each([
    ['missing', {}],
    ['unreadable', { max_energy_range_uj: undefined }],
    ['not a number', { max_energy_range_uj: 'none' }],
  ])('are refused where the range is %s, and only then', async (_, range) => {
    const tree = await powercapTree();
    const clock = fakeClock();
    await tree.zone('intel-rapl:0', { name: 'package-0', energy_uj: '0', ...range });
    const source = await sourceOver(tree, clock, ['intel-rapl:0']);
    for (const [before, after] of [
      [100, 120],
      [100, 5],
    ] as const) {
      await tree.set('intel-rapl:0', before);
      const meter = await source.start();
      clock.pass(1);
      await tree.set('intel-rapl:0', after);
      const result = await meter.stop(0);
      if (after > before) expect(reading(result).joules).toBeCloseTo(20, 6);
      else expect(refusal(result)).toContain('max_energy_range_uj');
    }
  });
});

describe('windows that a counter says nothing about', () => {
  it('are refused when shorter than its resolution', async () => {
    const { tree, clock, meter } = await meterOver({ 'intel-rapl:0': 'package-0' });
    clock.pass(0.02);
    await tree.set('intel-rapl:0', 1001);
    expect(refusal(await meter.stop(0))).toBe('20 ms are too short: the source needs 50 ms');
  });

  it('are refused when the counter did not move', async () => {
    const { clock, meter } = await meterOver({ 'intel-rapl:0': 'package-0' });
    clock.pass(1);
    expect(refusal(await meter.stop(0))).toBe('the counter of package-0 did not move');
  });

  it('are refused when one of two packages did not move', async () => {
    const { tree, clock, meter } = await meterOver({ 'intel-rapl:0': 'package-0', 'intel-rapl:1': 'package-1' });
    clock.pass(1);
    await tree.set('intel-rapl:0', 1010);
    expect(refusal(await meter.stop(0))).toBe('the counter of package-1 did not move');
  });

  it('are refused when the counter can no longer be read', async () => {
    const { tree, clock, meter } = await meterOver({ 'intel-rapl:0': 'package-0' });
    clock.onSleep = async () => undefined;
    clock.pass(1);
    await tree.zone('intel-rapl:0', { energy_uj: '' });
    expect(refusal(await meter.stop(0))).toContain('could not be read');
  });
});

describe('a tree that a host feeds', () => {
  const start = async () => {
    const tree = await powercapTree();
    const clock = fakeClock();
    await tree.zone('intel-rapl:0', { energy_uj: '7000000' });
    await tree.zone('intel-rapl:0:0', {});
    const environment = { SCAPHANDRE_POWERCAP_PATH: tree.root };
    const choice = await chooseEnergySource({ source: 'auto' }, surroundings(clock, { environment }));
    const source = usable(choice.source);
    return { tree, clock, source, meter: await source.start() };
  };

  it('is found through SCAPHANDRE_POWERCAP_PATH, without names and ranges', async () => {
    const { source } = await start();
    expect(source).toMatchObject({ name: 'rapl', kind: 'measured', scope: 'package', resolutionMs: 10_000 });
  });

  it('is read with the steps of the host as bounds', async () => {
    const { tree, clock, meter } = await start();
    for (const joules of [7, 57, 57, 117]) {
      clock.pass(4);
      await tree.set('intel-rapl:0', joules);
      await clock.look();
    }
    const { joules, high } = reading(await meter.stop(0));
    expect(joules).toBeCloseTo(110, 6);
    expect(high - joules).toBeCloseTo(2 * 60 + 0.002 * (110 / 16), 6);
  });

  it('is refused where the host wrote only once', async () => {
    const { tree, clock, meter } = await start();
    clock.pass(12);
    await tree.set('intel-rapl:0', 60);
    expect(refusal(await meter.stop(0))).toContain('only once');
  });

  it('is read past a moment at which the host was just writing', async () => {
    const { tree, clock, meter } = await start();
    clock.pass(6);
    await tree.set('intel-rapl:0', 20);
    await clock.look();
    clock.pass(6);
    await tree.zone('intel-rapl:0', { energy_uj: '' });
    clock.onSleep = () => tree.set('intel-rapl:0', 40);
    expect(reading(await meter.stop(0)).joules).toBeCloseTo(33, 6);
  });
});
