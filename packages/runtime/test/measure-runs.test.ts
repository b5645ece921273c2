import { describe, expect, it } from '@jest/globals';
import { CancelledError, seededRandom, UsageError } from '@onnx-compress/core';
import { disturbanceOf } from '../src/measure/disturbance.js';
import { measureRuns } from '../src/measure/measure-runs.js';
import { mirroredOrders } from '../src/measure/orders.js';
import { timingSettings } from '../src/measure/settings.js';
import { timingOf } from '../src/measure/summary.js';
import { ScriptedTimingHost } from './measure-scripted-host.js';

const modelAt = (path: string) => ({ location: { path }, feeds: new Map() });
const pair = [modelAt('a'), modelAt('b')];

describe('mirroredOrders', () => {
  it('puts every item first as often as any other, in an order that depends on the seed', () => {
    const orders = mirroredOrders(['a', 'b'], 20, seededRandom(1, 'orders'));
    expect(orders).toHaveLength(20);
    expect(orders.filter(([first]) => first === 'a')).toHaveLength(10);
    expect(orders).toEqual(mirroredOrders(['a', 'b'], 20, seededRandom(1, 'orders')));
    expect(orders).not.toEqual(mirroredOrders(['a', 'b'], 20, seededRandom(2, 'orders')));
    for (const order of orders) expect([...order].sort()).toEqual(['a', 'b']);
  });

  it('stops in the middle of a pair', () => {
    expect(mirroredOrders(['a', 'b'], 3, seededRandom(0, 'orders'))).toHaveLength(3);
  });
});

describe('measureRuns', () => {
  it('opens fresh sessions for every run, each model first in half of the runs, and releases them', async () => {
    const host = new ScriptedTimingHost({ a: 1, b: 1 });
    await measureRuns(pair, timingSettings({ runs: 8 }), host);
    expect(host.opened).toHaveLength(16);
    expect(host.opened.filter((path, index) => index % 2 === 0 && path === 'a')).toHaveLength(4);
    expect(host.released.size).toBe(16);
    expect(host.closed).toBe(true);
  });

  it('warms up, then gives every model one block in every round', async () => {
    const host = new ScriptedTimingHost({ a: 1, b: 2 });
    const { runs } = await measureRuns(pair, timingSettings({ runs: 6 }), host);
    const [warmUp = [], timed = []] = host.schedules;
    expect(warmUp).toHaveLength(2);
    expect(warmUp.every(({ calls, minimumMs }) => calls >= 5 && (minimumMs ?? 0) >= 200)).toBe(true);
    for (let round = 0; round < timed.length; round += 2) {
      expect([timed[round]?.path, timed[round + 1]?.path].sort()).toEqual(['a', 'b']);
    }
    const rounds = timed.length / 2;
    expect(rounds).toBeGreaterThanOrEqual(10);
    for (const run of runs) for (const { blocks } of run) expect(blocks).toHaveLength(rounds);
  });

  it('fills blocks with as many inferences of each model as their length holds', async () => {
    const host = new ScriptedTimingHost({ a: 1, b: 2 });
    await measureRuns(pair, timingSettings({ blockMs: 10 }), host);
    const [, timed = []] = host.schedules;
    expect(new Set(timed.map(({ path, calls }) => `${path} ${calls}`))).toEqual(new Set(['a 10', 'b 5']));
  });

  it('runs slow models one inference at a time, a few rounds long', async () => {
    const host = new ScriptedTimingHost({ a: 1000, b: 900 });
    await measureRuns(pair, timingSettings({}), host);
    const [, timed = []] = host.schedules;
    expect(timed).toHaveLength(4);
    expect(timed.every(({ calls }) => calls === 1)).toBe(true);
  });

  it('begins no further run when the time is over, but makes the fewest that give an interval', async () => {
    const host = new ScriptedTimingHost({ a: 1, b: 1 });
    const { runs } = await measureRuns(pair, timingSettings({ runs: 50, maxSeconds: 1e-9 }), host);
    expect(runs).toHaveLength(6);
  });

  it('tells how far it is', async () => {
    const seen: string[] = [];
    const onRun = (done: number, total: number) => seen.push(`${done}/${total}`);
    await measureRuns([modelAt('a')], timingSettings({ runs: 6, onRun }), new ScriptedTimingHost({ a: 1 }));
    expect(seen).toEqual(['1/6', '2/6', '3/6', '4/6', '5/6', '6/6']);
  });

  it('closes the host when a model fails, and when it is cancelled', async () => {
    const host = new ScriptedTimingHost({ a: 1 });
    await expect(measureRuns(pair, timingSettings({}), host)).rejects.toThrow('no b');
    expect(host.closed).toBe(true);
    const cancelled = new ScriptedTimingHost({ a: 1, b: 1 });
    const abort = new AbortController();
    const settings = timingSettings({ signal: abort.signal, onRun: () => abort.abort() });
    await expect(measureRuns(pair, settings, cancelled)).rejects.toThrow(CancelledError);
    expect(cancelled.opened).toHaveLength(2);
    expect(cancelled.closed).toBe(true);
  });

  it('reports the part of the time that was spent waiting', async () => {
    const host = new ScriptedTimingHost({ a: 1, b: 1 });
    const { disturbance } = await measureRuns(pair, timingSettings({}), host);
    expect(disturbance).toEqual({ wait: 0.25, steal: null, disturbed: true });
  });
});

describe('timingSettings', () => {
  it('refuses what gives no interval or no measurement', () => {
    expect(() => timingSettings({ runs: 5 })).toThrow(UsageError);
    expect(() => timingSettings({ runs: 6.5 })).toThrow('at least 6 runs, not 6.5');
    expect(() => timingSettings({ blockMs: 0 })).toThrow('blockMs must be a number above 0, not 0');
    expect(() => timingSettings({ margin: Number.NaN })).toThrow('margin');
  });
});

describe('timingOf', () => {
  const block = (cpuMs: number, ...latencies: number[]) => ({ cpuMs, latencies: Float64Array.from(latencies) });

  it('gives medians over runs and the distribution over all inferences', () => {
    const timing = timingOf([
      { loadMs: 10, blocks: [block(2, 1, 1), block(8, 3, 1)] },
      { loadMs: 20, blocks: [block(3, 2)] },
    ]);
    expect(timing.runs.map(({ latencyMs, cpuMs, inferences }) => [latencyMs, cpuMs, inferences])).toEqual([
      [1, 2.5, 4],
      [2, 3, 1],
    ]);
    expect(timing.latencyMs).toMatchObject({ min: 1, p50: 1, max: 3, mean: 1.6 });
    expect(timing).toMatchObject({ cpuMs: 2.75, loadMs: 15, throughput: 625, inferences: 5 });
  });
});

describe('disturbanceOf', () => {
  const usage = { processId: 1, residentBytes: 0, peakBytes: 0 };
  const start = { ...usage, wallMs: 0, waitMs: 0, stolenTicks: 10, totalTicks: 100 };

  it('adds spans up before it divides', () => {
    const spans = [
      { start, end: { ...start, wallMs: 100, waitMs: 20, stolenTicks: 10, totalTicks: 200 } },
      { start, end: { ...start, wallMs: 300, waitMs: 0, stolenTicks: 12, totalTicks: 200 } },
    ];
    expect(disturbanceOf(spans)).toEqual({ wait: 0.05, steal: 0.01, disturbed: false });
  });

  it('flags waiting above a tenth and stolen time above a fiftieth', () => {
    const later = { ...start, wallMs: 100, totalTicks: 200 };
    expect(disturbanceOf([{ start, end: { ...later, waitMs: 11 } }]).disturbed).toBe(true);
    expect(disturbanceOf([{ start, end: { ...later, stolenTicks: 13 } }]).disturbed).toBe(true);
  });

  it('knows nothing where the system tells nothing', () => {
    const silent = { ...usage, wallMs: 5, waitMs: null, stolenTicks: null, totalTicks: null };
    expect(disturbanceOf([{ start: silent, end: { ...silent, wallMs: 9 } }])).toEqual({
      wait: null,
      steal: null,
      disturbed: false,
    });
  });
});
