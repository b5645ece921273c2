import { afterAll, describe, expect, it } from '@jest/globals';
import { chooseEnergySource } from '../src/energy/choose-source.js';
import { integrate } from '../src/energy/nvidia/integrate.js';
import { chooseQuery, queryArguments } from '../src/energy/nvidia/query.js';
import { parseSample, type Sample } from '../src/energy/nvidia/sample.js';
import { fakeClock, fakeNvidiaSmi, reading, refusal, removeFolders, surroundings, usable } from './energy-fixtures.js';

afterAll(removeFolders);

const HELP = 'echo \'"timestamp"\'; echo \'"power.draw"\'; echo \'"power.draw.instant"\'';

/** Answers the help, one query, or a loop of lines that a device of 100 W and one of 20 W would give in six seconds. */
const TWO_DEVICES = `case "$*" in
*help*) ${HELP} ;;
*loop*)
  for s in 0 1 2 3 4 5 6; do
    echo "2026/11/22 10:00:0$s.500, 0, 100.00 W, 2048 MiB, 50 %"
    echo "2026/11/22 10:00:0$s.500, 1, 20.00 W, [N/A], [N/A]"
  done
  exec sleep 30 ;;
*power.draw.instant*) echo "2026/11/22 10:00:00.000, 0, 90.00 W, 2048 MiB, 50 %" ;;
esac`;

async function deviceSource(script: string) {
  const clock = fakeClock();
  const environment = await fakeNvidiaSmi(script);
  const choice = await chooseEnergySource(
    { source: 'auto', powercapRoot: '/nowhere', onGpu: true },
    surroundings(clock, { environment }),
  );
  return { clock, ...choice };
}

describe('energy from nvidia-smi', () => {
  it('is the mean power of every device times the window', async () => {
    const { clock, source } = await deviceSource(TWO_DEVICES);
    expect(source).toMatchObject({ name: 'nvidia', kind: 'measured', scope: 'device', resolutionMs: 5000 });
    const meter = await usable(source).start();
    clock.pass(6);
    await new Promise((done) => setTimeout(done, 200));
    const { joules, domains, devices, low, high } = reading(await meter.stop(0));
    expect(joules).toBeCloseTo(720, 6);
    expect([low, high]).toEqual([expect.closeTo(684, 6), expect.closeTo(756, 6)]);
    expect(domains).toEqual({ 'gpu-0': expect.closeTo(600, 6), 'gpu-1': expect.closeTo(120, 6) });
    expect(devices).toEqual([
      { name: 'gpu-0', memoryBytes: 2 ** 31, utilization: expect.closeTo(0.5, 9) },
      { name: 'gpu-1' },
    ]);
  });

  it('is refused when nvidia-smi dies on the way', async () => {
    const { clock, source } = await deviceSource(TWO_DEVICES.replace('*loop*)', '*loop*) exit 3;;\n*never*)'));
    const meter = await usable(source).start();
    clock.pass(6);
    expect(refusal(await meter.stop(0))).toBe('nvidia-smi gave samples for only 0.0 of 6.0 s');
  });

  it.each([
    ['has no field for power', 'echo \'"timestamp"\'', 'offers no power.draw'],
    ['fails', 'echo broken >&2; exit 9', 'nvidia-smi failed'],
    ['lists no device', `case "$*" in *help*) ${HELP} ;; *) echo "No devices were found" ;; esac`, 'lists no device'],
    [
      'reports no power',
      `case "$*" in *help*) ${HELP} ;; *) echo "2026/11/22 10:00:00.000, 0, [N/A], 1 MiB, 0 %" ;; esac`,
      'no power is reported by gpu-0',
    ],
  ])('gives way to the estimate when nvidia-smi %s', async (_, script, reason) => {
    const { source, probes } = await deviceSource(script);
    expect(source?.name).toBe('estimate');
    expect(probes[1]?.reason).toContain(reason);
  });
});

describe('fields of nvidia-smi', () => {
  it('prefer the power of the moment, and a counter of energy where there is one', () => {
    expect(chooseQuery('"power.draw"\nmean\n\n"power.draw.instant"\n')).toEqual({
      power: 'power.draw.instant',
      energy: undefined,
    });
    expect(chooseQuery('"power.draw"\n"total_energy_consumption"\n')).toEqual({
      power: 'power.draw',
      energy: 'total_energy_consumption',
    });
    expect(chooseQuery('"timestamp"\n')).toBeUndefined();
  });

  it('are asked for with their units', () => {
    expect(queryArguments({ power: 'power.draw', energy: undefined })).toEqual([
      '--query-gpu=timestamp,index,power.draw,memory.used,utilization.gpu',
      '--format=csv,noheader',
    ]);
  });

  it('are read with their units only', () => {
    expect(parseSample('2026/11/22 10:00:01.250, 3, 71.31 W, 10 MiB, 7 %, 2500 mJ')).toMatchObject({
      device: 'gpu-3',
      watts: 71.31,
      memoryBytes: 10 * 2 ** 20,
      utilization: expect.closeTo(0.07, 9),
      joules: 2.5,
    });
    expect(parseSample('2026/11/22 10:00:01.250, 0, 71.31, [N/A], 7 %')).toMatchObject({
      watts: undefined,
      memoryBytes: undefined,
    });
    expect(parseSample('NVIDIA-SMI has failed')).toBeUndefined();
  });
});

describe('integration of samples', () => {
  const samples = (watts: readonly number[], joules?: readonly number[]): Sample[] =>
    watts.map((power, index) => ({
      device: 'gpu-0',
      seconds: index,
      watts: power,
      memoryBytes: undefined,
      utilization: undefined,
      joules: joules?.[index],
    }));

  it('follows the trapezoid rule, and its bounds hold what the sensor may have missed', () => {
    const { joules, low, high } = reading(integrate(samples([100, 300, 100, 100, 100, 100]), 5));
    expect(joules).toBeCloseTo(700, 9);
    expect(low).toBeCloseTo(0.95 * 5 * (0.75 * 100 + 0.25 * 140), 9);
    expect(high).toBeCloseTo(1.05 * 5 * (0.75 * 300 + 0.25 * 140), 9);
  });

  it('takes the counter of energy where there is one', () => {
    const counter = [1000, 1100, 1200, 1300, 1400, 1500];
    expect(reading(integrate(samples([90, 90, 90, 90, 90, 90], counter), 5)).joules).toBeCloseTo(500, 9);
  });

  it.each([
    ['short windows', samples([100, 100, 100]), 2, '2000 ms are too short'],
    ['windows that the samples do not cover', samples([100, 100, 100]), 6, 'only 2.0 of 6.0 s'],
    ['windows without samples', [], 6, 'only 0.0 of 6.0 s'],
  ])('refuses %s', (_, given, seconds, reason) => {
    expect(refusal(integrate(given, seconds))).toContain(reason);
  });

  it('refuses a device that does not report its power every time', () => {
    const given = samples([100, 100, 100, 100, 100, 100]).map((sample) =>
      sample.seconds === 3 ? { ...sample, watts: undefined } : sample,
    );
    expect(refusal(integrate(given, 5))).toBe('no power is reported by gpu-0');
  });
});
